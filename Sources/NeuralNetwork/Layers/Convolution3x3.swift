import CKernels
import Tensors

/// A 3x3 convolution with padding 1 and stride 1, bias and optional ReLU, on NHWC activations.
///
/// Computed as a matrix product: rows of 3x3 neighbourhoods (im2col) times the weights laid out
/// [kernel row, kernel column, in, out]. Neighbourhoods are laid out a block at a time so that a block stays
/// in the processor's second-level cache until the product has read it.
public struct Convolution3x3: Sendable {
  /// Channels of the input.
  public let inputChannels: Int
  /// Channels of the output.
  public let outputChannels: Int
  /// Whether a ReLU follows.
  public let rectifies: Bool
  /// [9 * in, out], row-major.
  private let weights: FloatStorage
  private let bias: FloatStorage

  /// Floats of neighbourhoods laid out at a time: 512 KiB.
  static let blockFloats = 131_072

  /// - Parameters:
  ///   - weights: [out, in, 3, 3] as PyTorch and the weight files have them.
  ///   - bias: [out].
  ///   - rectifies: Whether a ReLU follows.
  public init(
    weights: FloatStorage, bias: FloatStorage, inputChannels: Int, outputChannels: Int, rectifies: Bool = true
  ) {
    precondition(weights.count == outputChannels * inputChannels * 9 && bias.count == outputChannels)
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.rectifies = rectifies
    self.bias = bias
    let packed = FloatStorage(zeros: weights.count)
    weights.withValues { values in
      for output in 0..<outputChannels {
        for input in 0..<inputChannels {
          let source = (output * inputChannels + input) * 9
          for tap in 0..<9 {
            packed.base[(tap * inputChannels + input) * outputChannels + output] = values[source + tap]
          }
        }
      }
    }
    self.weights = packed
  }

  /// Floats of work space that ``apply(to:images:height:width:output:workspace:pool:)`` needs.
  public func workspaceCount(workerCount: Int) -> Int {
    workerCount * max(Self.blockFloats, 9 * inputChannels * Self.minimumBlockPixels)
  }

  /// Rows below which a product is too thin to be fast.
  private static let minimumBlockPixels = 32

  /// Computes the layer for a batch.
  ///
  /// - Parameters:
  ///   - input: [images, height, width, inputChannels].
  ///   - output: [images, height, width, outputChannels]; not the input's memory.
  ///   - workspace: At least ``workspaceCount(workerCount:)`` floats, whatever they hold.
  ///   - pool: Who computes.
  public func apply(
    to input: UnsafePointer<Float>, images: Int, height: Int, width: Int, output: UnsafeMutablePointer<Float>,
    workspace: FloatStorage, pool: WorkerPool
  ) {
    precondition(workspace.count >= workspaceCount(workerCount: pool.workerCount))
    let pixels = images * height * width
    let inner = 9 * inputChannels
    // Few pixels (the last blocks of one face) give each worker output channels instead: every weight is
    // then read once, by one worker.
    let splitsChannels = pixels < pool.workerCount * Self.minimumBlockPixels
    let perWorker = workspace.count / pool.workerCount
    if splitsChannels {
      kernel_im2col_3x3(input, height, width, inputChannels, 0, pixels, workspace.base)
      pool.split(outputChannels, multiple: 16) { _, channels in
        MatrixProduct.multiply(
          rows: pixels, columns: channels.count, inner: inner, a: workspace.base, aStride: inner,
          b: weights.base + channels.lowerBound, bStride: outputChannels, c: output + channels.lowerBound,
          cStride: outputChannels)
        kernel_add_bias(
          output + channels.lowerBound, pixels, channels.count, outputChannels,
          bias.base + channels.lowerBound,
          rectifies ? 1 : 0)
      }
      return
    }
    let blockPixels = max(Self.minimumBlockPixels, Self.blockFloats / inner)
    pool.split(pixels) { worker, range in
      let rows = workspace.base + worker * perWorker
      var first = range.lowerBound
      while first < range.upperBound {
        let count = min(blockPixels, range.upperBound - first)
        kernel_im2col_3x3(input, height, width, inputChannels, first, count, rows)
        let block = output + first * outputChannels
        MatrixProduct.multiply(
          rows: count, columns: outputChannels, inner: inner, a: rows, aStride: inner, b: weights.base,
          bStride: outputChannels, c: block, cStride: outputChannels)
        kernel_add_bias(block, count, outputChannels, outputChannels, bias.base, rectifies ? 1 : 0)
        first += count
      }
    }
  }
}
