import CKernels
import Foundation
import Tensors

/// Measures every way of computing each of VGG19's convolutions and writes the table of the fastest.
public struct ConvolutionTuning {
  private let batchSizes: [Int]
  private let rounds: Int
  private let pool: WorkerPool

  /// - Parameters:
  ///   - batchSizes: Faces at a time.
  ///   - rounds: The median over these counts.
  ///   - pool: Who computes.
  public init(batchSizes: [Int] = [1, 2, 4, 8, 16], rounds: Int = 9, pool: WorkerPool) {
    precondition(rounds > 0)
    self.batchSizes = batchSizes
    self.rounds = rounds
    self.pool = pool
  }

  /// The table as Swift source, and each row's figures.
  ///
  /// - Parameter report: Called with a line for people after each row.
  public func tableSource(report: (String) -> Void) -> String {
    var rows: [String] = []
    for layer in VGG19.distinctConvolutions {
      for batch in batchSizes {
        let row = fastest(layer, batch: batch)
        rows.append("  .init(\(row.source)),")
        report(row.text)
      }
    }
    return """
      // The fastest way to compute VGG19's convolutions by layer and tiles of the batch, as measured by
      // `emotiond bench --tune` with \(pool.workerCount) workers on \(Self.processorName); do not edit.
      let convolutionTable: [ConvolutionChoice.Row] = [
      \(rows.joined(separator: "\n"))
      ]

      """
  }

  /// As the kernel names it in /proc/cpuinfo, with what decides speed: the instruction set.
  private static var processorName: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    let name = line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces)
    let instructions =
      switch kernel_instruction_set() {
      case KERNEL_AVX512: "AVX-512"
      case KERNEL_AVX2: "AVX2"
      default: "plain code"
      }
    return "\(name ?? "an unnamed processor"), \(instructions)"
  }

  private struct Outcome {
    var source: String
    var text: String
  }

  private static func candidates(inputs: Int, outputs: Int, tile: WinogradConvolution.Tile, tiles: Int)
    -> [ConvolutionMethod]
  {
    var methods: [ConvolutionMethod] = tiles <= 4 ? [.direct] : []
    for inputBlock in [16, 32, 64] {
      for panelGroup in [1, 2, 4] where panelGroup == 1 || tiles > 8 {
        methods.append(
          .winograd(
            WinogradPlan(sharing: .panels, tileBlock: 96, panelGroup: panelGroup, inputBlock: inputBlock)))
      }
    }
    if inputs * outputs <= 2 * ConvolutionChoice.largestPrepared {
      for tileBlock in [24, 48] {
        methods.append(.winograd(WinogradPlan(sharing: .tiles, tileBlock: tileBlock, panelGroup: 2)))
      }
    }
    return methods
  }

  private func fastest(_ layer: (side: Int, inputs: Int, outputs: Int), batch: Int) -> Outcome {
    let shape = ConvolutionShape(images: batch, height: layer.side, width: layer.side)
    let tile = WinogradConvolution.Tile(height: layer.side, width: layer.side)
    let tiles = kernel_tiling(shape, channels: layer.inputs, tile: tile).tileCount
    var random = SeededGenerator(seed: 1)
    let weights = FloatStorage(
      (0..<layer.outputs * layer.inputs * 9).map { _ in Float(Float16(random.nextUnit() - 0.5)) })
    var convolution = WinogradConvolution(
      weights: weights, bias: FloatStorage(zeros: layer.outputs), inputChannels: layer.inputs,
      outputChannels: layer.outputs, tile: tile)
    let input = FloatStorage((0..<shape.pixels * layer.inputs).map { _ in random.nextUnit() })
    let output = FloatStorage(zeros: shape.pixels * layer.outputs)
    let evict = FloatStorage(zeros: 12 << 20)
    let methods = Self.candidates(
      inputs: layer.inputs, outputs: layer.outputs, tile: tile, tiles: tiles)
    var times = [[Double]](repeating: [], count: methods.count)
    for round in 0...rounds {
      for (index, method) in methods.enumerated() {
        convolution.method = method
        let workspace = FloatStorage(
          zeros: convolution.workspaceCount(for: shape, workerCount: pool.workerCount))
        pool.gathering {
          // The other layers' weights have passed through the caches since this one's last turn.
          pool.split(evict.count) { _, range in
            for place in stride(from: range.lowerBound, to: range.upperBound, by: 16) {
              evict.base[place] += 1
            }
          }
          let start = ContinuousClock.now
          convolution.apply(
            to: input.base, shape: shape, output: output.base, workspace: workspace.buffer, pool: pool)
          if round > 0 { times[index].append((ContinuousClock.now - start).seconds) }
        }
      }
    }
    let medians = times.map { $0.sorted()[$0.count / 2] }
    let best = medians.indices.min { medians[$0] < medians[$1] } ?? 0
    let name = Self.source(methods[best])
    return Outcome(
      source: "inputs: \(layer.inputs), outputs: \(layer.outputs), tiles: \(tiles), method: \(name)",
      text: String(
        format: "%2dx%-2d %3d to %3d, %2d faces: %7.3f ms %@ (slowest way %.3f)", layer.side, layer.side,
        layer.inputs, layer.outputs, batch, medians[best] * 1000, name, (medians.max() ?? 0) * 1000))
  }

  private static func source(_ method: ConvolutionMethod) -> String {
    switch method {
    case .direct: ".direct"
    case .winograd(let plan):
      ".winograd(.init(sharing: .\(plan.sharing), tileBlock: \(plan.tileBlock), panelGroup: \(plan.panelGroup), "
        + "inputBlock: \(plan.inputBlock)))"
    }
  }
}

extension Duration {
  fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
