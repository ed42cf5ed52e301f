import CKernels
import Tensors
import Testing

@testable import NeuralNetwork

extension VectorCodeTests {
  /// What is no number reaches the loss, where training that diverges is noticed: maxima of instruction sets drop it.
  @Suite struct NotANumberTests {
    private static let sets = [KERNEL_PLAIN, KERNEL_AVX2, KERNEL_AVX512]

    @Test(arguments: WinogradConvolution.Tile.allCases) func passesWinogradsConvolution(
      tile: WinogradConvolution.Tile
    ) {
      let shape = ConvolutionShape(images: 2, height: 12, width: 12)
      let (inputs, outputs, spoilt) = (16, 32, 5)
      var bias = [Float](repeating: -1, count: outputs)
      bias[spoilt] = .nan
      let layer = WinogradConvolution(
        weights: FloatStorage(zeros: outputs * inputs * 9), bias: FloatStorage(bias), inputChannels: inputs,
        outputChannels: outputs, tile: tile)
      let pool = WorkerPool(workerCount: 2)
      let input = FloatStorage(zeros: shape.pixels * inputs)
      let workspace = FloatStorage(zeros: layer.workspaceCount(for: shape, workerCount: 2))
      defer { kernel_limit_instruction_set(KERNEL_AVX512) }
      for set in Self.sets {
        kernel_limit_instruction_set(set)
        for pools in layer.canPool(shape) ? [false, true] : [false] {
          let output = FloatStorage(zeros: shape.pixels / (pools ? 4 : 1) * outputs)
          layer.apply(
            to: input.base, shape: shape, pools: pools, output: output.base, workspace: workspace.buffer,
            pool: pool)
          for (place, value) in output.array.enumerated() {
            #expect(
              place % outputs == spoilt ? value.isNaN : value == 0, "set \(set.rawValue), pools \(pools)")
          }
        }
      }
      withExtendedLifetime(input) {}
    }

    /// A layer that is trained has no ReLU of its own there.
    @Test(arguments: [true, false]) func passesATrainedConvolution(rectifies: Bool) {
      let layer = ConvolutionLayer(
        name: "convolution", inputShape: .init(height: 6, width: 6, channels: 32), outputChannels: 32,
        hasBias: true, rectifies: rectifies, store: ParameterStore(seed: 1))
      var weights = layer.weights.rowMajorValues
      weights[0] = .nan
      layer.weights.setRowMajor(weights)
      let network = SequentialNetwork(
        layers: [layer], maximumImages: 1, pool: WorkerPool(workerCount: 1))
      defer { kernel_limit_instruction_set(KERNEL_AVX512) }
      for set in Self.sets {
        kernel_limit_instruction_set(set)
        let output = network.forward(
          [Float](repeating: 1, count: layer.inputShape.count), images: 1, isTraining: true)
        #expect(output[0].isNaN && output[1].isFinite, "set \(set.rawValue)")
      }
    }

    @Test(arguments: 0..<4) func passesAMaximumFromAnyPlace(place: Int) {
      // Vectors of every length, and what is left over.
      for channels in [1, 5, 40] {
        var input = [Float](repeating: 1, count: 4 * channels)
        for channel in 0..<channels { input[place * channels + channel] = .nan }
        var output = [Float](repeating: 0, count: channels)
        kernel_max_pool_2x2(input, 1, 2, 2, channels, &output)
        #expect(output.allSatisfy { $0.isNaN }, "\(channels) channels")
      }
    }
  }
}
