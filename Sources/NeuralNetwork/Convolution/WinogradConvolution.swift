import CKernels
import Tensors

/// A 3x3 convolution with padding 1 and stride 1, bias and ReLU by Winograd's minimal filtering (A. Lavin, S. Gray,
/// "Fast Algorithms for Convolutional Neural Networks", CVPR 2016): four times (F(4x4, 3x3)) or 3.24 times
/// (F(3x3, 3x3)) fewer multiplications than the definition.
///
/// Each worker takes panels of 32 output channels. It transforms the panel's filters, a block of input channels
/// at a time, into its own cache and uses them at once for all tiles of the batch: what comes from memory are the
/// untransformed filters, a third of the transformed ones' size, a sixth in half precision.
public struct WinogradConvolution: Sendable {
  /// Output pixels a tile side.
  public enum Tile: Int, Sendable, CaseIterable {
    case three = 3
    case four = 4

    /// Products a tile, for each pair of channels.
    var frequencies: Int { (rawValue + 2) * (rawValue + 2) }
  }

  /// Channels of the input, a multiple of 16.
  public let inputChannels: Int
  /// Channels of the output, a multiple of 32.
  public let outputChannels: Int
  /// The tile that the output is cut into.
  public let tile: Tile
  private let filters: PackedFilters
  private let bias: FloatStorage

  /// Input channels whose filters are transformed at a time: with 32 outputs and 36 frequencies 288 KiB.
  private static let inputBlock = 64
  /// Tiles of the batch that are worked on at a time; bounds the work space.
  private static let tileBlock = 288

  /// - Parameters:
  ///   - weights: [out, in, 3, 3].
  ///   - bias: [out].
  ///   - inputChannels: A multiple of 16.
  ///   - outputChannels: A multiple of 32.
  ///   - tile: The size of the tiles; those that fit the image's sides waste nothing.
  public init(weights: FloatStorage, bias: FloatStorage, inputChannels: Int, outputChannels: Int, tile: Tile)
  {
    precondition(inputChannels % 16 == 0 && outputChannels % PackedFilters.panelColumns == 0)
    precondition(weights.count == outputChannels * inputChannels * 9 && bias.count == outputChannels)
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.tile = tile
    self.bias = bias
    filters = PackedFilters(weights, inputChannels: inputChannels, outputChannels: outputChannels)
  }

  /// Floats of work space for batches of this shape and smaller ones.
  public func workspaceCount(for shape: ConvolutionShape, workerCount: Int) -> Int {
    let tiles = min(tiling(shape).tileCount, Self.tileBlock)
    let transformed = Self.padded(tiles * inputChannels)
    let products = workerCount * perWorkerStride(tiles: tiles)
    return max(Self.directPixels * 9 * inputChannels, tile.frequencies * (transformed + products))
  }

  /// Whether the layer can also take the maximum of 2x2 windows: they must not lie across tiles.
  public func canPool(_ shape: ConvolutionShape) -> Bool {
    tile == .four && shape.height % 4 == 0 && shape.width % 4 == 0 && !isDirect(shape)
  }

  /// Whether the batch is so small that the filters' transform costs more than it saves.
  private func isDirect(_ shape: ConvolutionShape) -> Bool {
    filters.isHalf && shape.pixels <= Self.directPixels
  }

  /// Up to here the definition was faster, measured with `emotiond bench --layers`: one face at 3x3, where a tile is
  /// a whole image.
  private static let directPixels = 9

  /// Computes the layer for a batch.
  ///
  /// - Parameters:
  ///   - input: [images, height, width, inputChannels].
  ///   - shape: The batch.
  ///   - pools: Whether a 2x2 max-pool follows; only where ``canPool(_:)``.
  ///   - output: [images, height, width, outputChannels], or half the height and width; not the input's memory.
  ///   - workspace: At least ``workspaceCount(for:workerCount:)`` floats, whatever they hold.
  ///   - pool: Who computes.
  public func apply(
    to input: UnsafePointer<Float>, shape: ConvolutionShape, pools: Bool = false,
    output: UnsafeMutablePointer<Float>, workspace: FloatStorage, pool: WorkerPool
  ) {
    precondition(workspace.count >= workspaceCount(for: shape, workerCount: pool.workerCount))
    precondition(!pools || canPool(shape))
    if isDirect(shape) {
      applyDirectly(to: input, shape: shape, output: output, workspace: workspace, pool: pool)
      return
    }
    var inputTiling = tiling(shape)
    let tileCount = inputTiling.tileCount
    var outputTiling = inputTiling
    outputTiling.channels = outputChannels
    var first = 0
    while first < tileCount {
      let count = min(Self.tileBlock, tileCount - first)
      let stride = Self.padded(count * inputChannels)
      pool.split(count) { _, range in
        kernel_winograd_input(
          &inputTiling, input, first + range.lowerBound, range.count,
          workspace.base + range.lowerBound * inputChannels, stride)
      }
      let buffers = workspace.base + tile.frequencies * stride
      pool.split(filters.panelCount) { worker, panels in
        let buffer = buffers + worker * tile.frequencies * perWorkerStride(tiles: count)
        let products = buffer + tile.frequencies * Self.filterStride
        for panel in panels {
          multiply(
            panel: panel, tiles: count, transformed: workspace.base, stride: stride, filters: buffer,
            products: products)
          kernel_winograd_output(
            &outputTiling, products, first, count, PackedFilters.panelColumns, productStride(tiles: count),
            panel * PackedFilters.panelColumns, PackedFilters.panelColumns, bias.base, pools ? 1 : 0, output)
        }
      }
      first += count
    }
  }

  /// By the definition: every worker reads its panels' filters once, in half precision.
  private func applyDirectly(
    to input: UnsafePointer<Float>, shape: ConvolutionShape, output: UnsafeMutablePointer<Float>,
    workspace: FloatStorage, pool: WorkerPool
  ) {
    let (pixels, columns) = (shape.pixels, PackedFilters.panelColumns)
    kernel_im2col_3x3(input, shape.height, shape.width, inputChannels, 0, pixels, workspace.base)
    pool.split(filters.panelCount) { _, panels in
      for panel in panels {
        let products = output + panel * columns
        filters.multiply(
          panel: panel, neighbourhoods: workspace.base, pixels: pixels, products: products,
          rowStride: outputChannels)
        kernel_add_bias(products, pixels, columns, outputChannels, bias.base + panel * columns, 1)
      }
    }
  }

  /// All products of a panel: [frequencies][tiles][32].
  private func multiply(
    panel: Int, tiles: Int, transformed: UnsafePointer<Float>, stride: Int,
    filters buffer: UnsafeMutablePointer<Float>, products: UnsafeMutablePointer<Float>
  ) {
    let columns = PackedFilters.panelColumns
    var channel = 0
    while channel < inputChannels {
      let inputs = channel..<min(channel + Self.inputBlock, inputChannels)
      filters.transform(
        panel: panel, inputs: inputs, tile: tile.rawValue, to: buffer, frequencyStride: Self.filterStride)
      for frequency in 0..<tile.frequencies {
        kernel_multiply_packed(
          transformed + frequency * stride + channel, inputChannels, tiles, inputs.count,
          buffer + frequency * Self.filterStride, 1, channel == 0 ? 0 : 1,
          products + frequency * productStride(tiles: tiles), columns)
      }
      channel = inputs.upperBound
    }
  }

  /// Floats a frequency of a worker's own space: filters of a block of inputs, and products.
  private func perWorkerStride(tiles: Int) -> Int { Self.filterStride + productStride(tiles: tiles) }

  private func productStride(tiles: Int) -> Int { Self.padded(tiles * PackedFilters.panelColumns) }

  private static let filterStride = padded(inputBlock * PackedFilters.panelColumns)

  /// An odd number of cache lines: frequencies a power of two apart would all fall into the same few sets of the
  /// first-level cache and drive each other out.
  private static func padded(_ count: Int) -> Int { ((count + 15) / 16 | 1) * 16 }

  private func tiling(_ shape: ConvolutionShape) -> kernel_tiling {
    let side = tile.rawValue
    return kernel_tiling(
      images: shape.images, height: shape.height, width: shape.width, channels: inputChannels, tile: side,
      tiles_down: (shape.height + side - 1) / side, tiles_across: (shape.width + side - 1) / side)
  }
}

extension kernel_tiling {
  fileprivate var tileCount: Int { images * tiles_down * tiles_across }
}
