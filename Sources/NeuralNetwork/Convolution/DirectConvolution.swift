import CKernels
import Tensors

/// A 3x3 convolution with padding 1 and stride 1, bias and optional ReLU by its definition: rows of 3x3
/// neighbourhoods (im2col) times the weights. For few input channels, where Winograd's transforms cost more than
/// they save, and as the reference for it.
public struct DirectConvolution: Sendable {
  /// Channels of the input.
  public let inputChannels: Int
  /// Channels of the output, a multiple of 32.
  public let outputChannels: Int
  /// Whether a ReLU follows.
  public let rectifies: Bool
  /// Panels of [9 * in, 32].
  private let weights: FloatStorage
  private let bias: FloatStorage

  /// Floats of neighbourhoods laid out at a time, 512 KiB: they stay in the second-level cache until the product
  /// has read them.
  private static let blockFloats = 131_072
  private static let minimumBlockPixels = 48

  /// - Parameters:
  ///   - weights: [out, in, 3, 3] as PyTorch and the weight files have them.
  ///   - bias: [out].
  ///   - rectifies: Whether a ReLU follows.
  public init(
    weights: FloatStorage, bias: FloatStorage, inputChannels: Int, outputChannels: Int, rectifies: Bool = true
  ) {
    precondition(outputChannels % PackedFilters.panelColumns == 0)
    precondition(weights.count == outputChannels * inputChannels * 9 && bias.count == outputChannels)
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.rectifies = rectifies
    self.bias = bias
    // [kernel row, kernel column, in, out], the order in which im2col lays out neighbourhoods.
    let matrix = FloatStorage(zeros: weights.count)
    weights.withValues { values in
      for output in 0..<outputChannels {
        for input in 0..<inputChannels {
          for tap in 0..<9 {
            matrix.base[(tap * inputChannels + input) * outputChannels + output] =
              values[(output * inputChannels + input) * 9 + tap]
          }
        }
      }
    }
    let packed = FloatStorage(zeros: weights.count)
    kernel_pack_panels(matrix.base, 9 * inputChannels, outputChannels, outputChannels, packed.base)
    withExtendedLifetime(matrix) {}
    self.weights = packed
  }

  /// Floats of work space that ``apply(to:shape:output:workspace:pool:)`` needs.
  public func workspaceCount(workerCount: Int) -> Int {
    workerCount * blockPixels * 9 * inputChannels
  }

  /// Computes the layer for a batch.
  ///
  /// - Parameters:
  ///   - input: [images, height, width, inputChannels].
  ///   - shape: The batch.
  ///   - output: [images, height, width, outputChannels]; not the input's memory.
  ///   - workspace: At least ``workspaceCount(workerCount:)`` floats, whatever they hold.
  ///   - pool: Who computes.
  public func apply(
    to input: UnsafePointer<Float>, shape: ConvolutionShape, output: UnsafeMutablePointer<Float>,
    workspace: UnsafeMutableBufferPointer<Float>, pool: WorkerPool
  ) {
    precondition(workspace.count >= workspaceCount(workerCount: pool.workerCount))
    let inner = 9 * inputChannels
    let panels = outputChannels / PackedFilters.panelColumns
    pool.split(shape.pixels) { worker, range in
      let rows = workspace.baseAddress! + worker * blockPixels * inner
      var first = range.lowerBound
      while first < range.upperBound {
        let count = min(blockPixels, range.upperBound - first)
        kernel_im2col_3x3(input, shape.height, shape.width, inputChannels, first, count, rows)
        let block = output + first * outputChannels
        kernel_multiply_packed(rows, inner, count, inner, weights.base, panels, 0, block, outputChannels)
        kernel_add_bias(block, count, outputChannels, outputChannels, bias.base, rectifies ? 1 : 0)
        first += count
      }
    }
  }

  private var blockPixels: Int { max(Self.minimumBlockPixels, Self.blockFloats / (9 * inputChannels)) }
}
