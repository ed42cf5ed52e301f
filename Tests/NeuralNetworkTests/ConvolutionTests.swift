import CKernels
import Tensors
import Testing

@testable import NeuralNetwork

extension VectorCodeTests {
  /// Winograd's convolution against the definition in double precision.
  @Suite struct ConvolutionTests {
    struct Case: CustomTestStringConvertible, Sendable {
      var images: Int
      var height: Int
      var width: Int
      var inputs: Int
      var outputs: Int
      var testDescription: String { "\(images) x \(height)x\(width), \(inputs) to \(outputs)" }
    }

    private static func random(_ count: Int, seed: UInt64, range: ClosedRange<Float> = -1...1) -> FloatStorage
    {
      var generator = SplitMix64(state: seed)
      return FloatStorage((0..<count).map { _ in Float.random(in: range, using: &generator) })
    }

    private static func definition(
      _ input: [Float], _ weights: [Float], _ bias: [Float], _ size: Case
    ) -> [Double] {
      var output = [Double](repeating: 0, count: size.images * size.height * size.width * size.outputs)
      for image in 0..<size.images {
        for y in 0..<size.height {
          for x in 0..<size.width {
            for out in 0..<size.outputs {
              var sum = Double(bias[out])
              for (dy, dx) in [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 0), (0, 1), (1, -1), (1, 0), (1, 1)]
              where (0..<size.height).contains(y + dy) && (0..<size.width).contains(x + dx) {
                let pixel = (image * size.height + y + dy) * size.width + x + dx
                for channel in 0..<size.inputs {
                  let weight = weights[((out * size.inputs + channel) * 3 + dy + 1) * 3 + dx + 1]
                  sum += Double(input[pixel * size.inputs + channel]) * Double(weight)
                }
              }
              output[((image * size.height + y) * size.width + x) * size.outputs + out] = max(sum, 0)
            }
          }
        }
      }
      return output
    }

    private static func worstError(_ ours: [Float], _ reference: [Double]) -> Double {
      let scale = reference.max() ?? 1
      return zip(ours, reference).map { abs(Double($0) - $1) }.max()! / scale
    }

    /// Odd sizes, tiles that reach over the edge, single pixels, more tiles than are worked on at a time.
    @Test(arguments: [
      Case(images: 1, height: 3, width: 3, inputs: 16, outputs: 32),
      Case(images: 3, height: 6, width: 6, inputs: 32, outputs: 64),
      Case(images: 2, height: 7, width: 5, inputs: 16, outputs: 32),
      Case(images: 1, height: 1, width: 1, inputs: 48, outputs: 32),
      Case(images: 5, height: 1, width: 9, inputs: 80, outputs: 32),
      Case(images: 20, height: 12, width: 13, inputs: 16, outputs: 32),
    ])
    func agreesWithTheDefinition(size: Case) {
      let shape = ConvolutionShape(images: size.images, height: size.height, width: size.width)
      let input = Self.random(shape.pixels * size.inputs, seed: 1)
      let bias = Self.random(size.outputs, seed: 3)
      // Full precision weights are stored as they are; those that fit half precision are stored as halves.
      let single = Self.random(size.outputs * size.inputs * 9, seed: 2)
      let half = FloatStorage(single.array.map { Float(Float16($0)) })
      defer { kernel_limit_instruction_set(KERNEL_AVX512) }
      for weights in [single, half] {
        let reference = Self.definition(input.array, weights.array, bias.array, size)
        for set in [KERNEL_PLAIN, KERNEL_AVX2, KERNEL_AVX512] {
          kernel_limit_instruction_set(set)
          for workers in [1, 3] {
            let pool = WorkerPool(workerCount: workers)
            for tile in WinogradConvolution.Tile.allCases {
              let layer = WinogradConvolution(
                weights: weights, bias: bias, inputChannels: size.inputs, outputChannels: size.outputs,
                tile: tile)
              let output = FloatStorage(zeros: reference.count)
              let workspace = FloatStorage(zeros: layer.workspaceCount(for: shape, workerCount: workers))
              layer.apply(
                to: input.base, shape: shape, output: output.base, workspace: workspace.buffer, pool: pool)
              let error = Self.worstError(output.array, reference)
              #expect(error < 1e-5, "tile \(tile), set \(set.rawValue), \(workers) workers: \(error)")
            }
            let layer = DirectConvolution(
              weights: weights, bias: bias, inputChannels: size.inputs, outputChannels: size.outputs)
            let output = FloatStorage(zeros: reference.count)
            let workspace = FloatStorage(zeros: layer.workspaceCount(workerCount: workers))
            layer.apply(
              to: input.base, shape: shape, output: output.base, workspace: workspace.buffer, pool: pool)
            #expect(Self.worstError(output.array, reference) < 1e-5, "direct, set \(set.rawValue)")
          }
        }
        withExtendedLifetime((input, bias, weights)) {}
      }
    }

    /// Every way that the table may choose, and blocks that do not divide anything.
    @Test(arguments: [
      Case(images: 2, height: 7, width: 5, inputs: 80, outputs: 96),
      Case(images: 1, height: 3, width: 3, inputs: 32, outputs: 160),
    ])
    func everyMethodAgreesWithTheDefinition(size: Case) {
      let shape = ConvolutionShape(images: size.images, height: size.height, width: size.width)
      let input = Self.random(shape.pixels * size.inputs, seed: 11)
      let bias = Self.random(size.outputs, seed: 12)
      let weights = FloatStorage(
        Self.random(size.outputs * size.inputs * 9, seed: 13).array.map { Float(Float16($0)) })
      let reference = Self.definition(input.array, weights.array, bias.array, size)
      var methods: [ConvolutionMethod] = [.direct]
      for sharing in [WinogradPlan.Sharing.panels, .tiles] {
        for (tileBlock, panelGroup, inputBlock) in [
          (96, 4, 64), (5, 2, 16), (3, 3, 32), (1, 1, 48), (7, 8, 64),
        ] {
          methods.append(
            .winograd(
              WinogradPlan(
                sharing: sharing, tileBlock: tileBlock, panelGroup: panelGroup, inputBlock: inputBlock)))
        }
      }
      for method in methods {
        for workers in [1, 2, 4] {
          for tile in WinogradConvolution.Tile.allCases {
            var layer = WinogradConvolution(
              weights: weights, bias: bias, inputChannels: size.inputs, outputChannels: size.outputs,
              tile: tile)
            layer.method = method
            let output = FloatStorage(zeros: reference.count)
            let workspace = FloatStorage(zeros: layer.workspaceCount(for: shape, workerCount: workers))
            layer.apply(
              to: input.base, shape: shape, output: output.base, workspace: workspace.buffer,
              pool: WorkerPool(workerCount: workers))
            #expect(Self.worstError(output.array, reference) < 1e-5, "\(method), \(workers) workers")
          }
        }
      }
      withExtendedLifetime((input, bias, weights)) {}
    }

    /// Work space for the largest batch is enough for every smaller one, whatever way the table chooses for it.
    @Test func workSpaceFitsEverySmallerBatch() {
      for layer in VGG19.distinctConvolutions {
        let convolution = WinogradConvolution(
          weights: FloatStorage(zeros: layer.outputs * layer.inputs * 9),
          bias: FloatStorage(zeros: layer.outputs),
          inputChannels: layer.inputs, outputChannels: layer.outputs,
          tile: WinogradConvolution.Tile(height: layer.side, width: layer.side))
        func count(_ images: Int) -> Int {
          convolution.workspaceCount(
            for: ConvolutionShape(images: images, height: layer.side, width: layer.side), workerCount: 2)
        }
        let largest = count(64)
        for images in 1...64 { #expect(count(images) <= largest, "\(layer), \(images) images") }
      }
    }

    @Test func poolingInsideTheLayerIsThePoolAfterIt() {
      let shape = ConvolutionShape(images: 3, height: 12, width: 8)
      let (inputs, outputs) = (16, 32)
      let layer = WinogradConvolution(
        weights: Self.random(outputs * inputs * 9, seed: 5), bias: Self.random(outputs, seed: 6),
        inputChannels: inputs, outputChannels: outputs, tile: .four)
      #expect(layer.canPool(shape))
      #expect(!layer.canPool(ConvolutionShape(images: 3, height: 6, width: 8)))
      let pool = WorkerPool(workerCount: 2)
      let input = Self.random(shape.pixels * inputs, seed: 7)
      let workspace = FloatStorage(zeros: layer.workspaceCount(for: shape, workerCount: 2))
      let whole = FloatStorage(zeros: shape.pixels * outputs)
      let after = FloatStorage(zeros: shape.pixels / 4 * outputs)
      let inside = FloatStorage(zeros: shape.pixels / 4 * outputs)
      layer.apply(to: input.base, shape: shape, output: whole.base, workspace: workspace.buffer, pool: pool)
      kernel_max_pool_2x2(whole.base, shape.images, shape.height, shape.width, outputs, after.base)
      layer.apply(
        to: input.base, shape: shape, pools: true, output: inside.base, workspace: workspace.buffer,
        pool: pool)
      #expect(inside.array == after.array)
    }

    @Test func onlyWhatSurvivesIsNarrowed() {
      let exact: [Float] = [0, -0.0, 1, -2.5, 65504, 0x1p-24, 0x1p-14, -0x1.ffcp-1]
      var halves = [UInt16](repeating: 0, count: exact.count)
      #expect(kernel_narrow_exactly(exact, &halves, exact.count) == 1)
      #expect(halves == exact.map { Float16($0).bitPattern })
      for inexact: Float in [0.1, 65_520, 1e30, 0x1p-25, 0x1.001p0, .infinity, .nan] {
        #expect(kernel_narrow_exactly([inexact], &halves, 1) == 0, "\(inexact)")
      }
    }
  }
}
