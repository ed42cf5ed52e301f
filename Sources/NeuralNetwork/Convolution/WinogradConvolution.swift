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

    /// The tile that needs fewer products for images of this size: sides of 48, 24 and 12 are cut into tiles of 4
    /// without waste, 6 and 3 into tiles of 3.
    public init(height: Int, width: Int) {
      func products(_ tile: Tile) -> Int {
        let side = tile.rawValue
        return (height + side - 1) / side * ((width + side - 1) / side) * tile.frequencies
      }
      self = products(.three) < products(.four) ? .three : .four
    }
  }

  /// Channels of the input, a multiple of 16.
  public let inputChannels: Int
  /// Channels of the output, a multiple of 32.
  public let outputChannels: Int
  /// The tile that the output is cut into.
  public let tile: Tile
  /// Whether a ReLU follows.
  public let rectifies: Bool
  private let filters: PackedFilters
  private let bias: FloatStorage?
  /// The filters' transforms, [panels][frequencies][inputs][32], where they are small and do not change.
  private let prepared: FloatStorage?
  /// Whether the filters change between calls: then nothing is kept of them.
  private let isTrained: Bool
  /// The method instead of the table's choice, for who measures.
  var method: ConvolutionMethod?

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
    rectifies = true
    isTrained = false
    filters = PackedFilters(weights, inputChannels: inputChannels, outputChannels: outputChannels)
    if inputChannels * outputChannels <= ConvolutionChoice.largestPrepared {
      let transforms = FloatStorage(
        zeros: filters.panelCount * tile.frequencies * inputChannels * PackedFilters.panelColumns)
      for panel in 0..<filters.panelCount {
        Self.prepare(filters, panel: panel, inputs: inputChannels, tile: tile, in: transforms.base)
      }
      prepared = transforms
    } else {
      prepared = nil
    }
  }

  /// A layer over filters that are trained: they may change between calls.
  init(
    filters: PackedFilters, bias: FloatStorage?, rectifies: Bool, inputChannels: Int, outputChannels: Int,
    tile: Tile
  ) {
    precondition(inputChannels % 16 == 0 && outputChannels % PackedFilters.panelColumns == 0)
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.tile = tile
    self.bias = bias
    self.rectifies = rectifies
    self.filters = filters
    prepared = nil
    isTrained = true
  }

  private static func prepare(
    _ filters: PackedFilters, panel: Int, inputs: Int, tile: Tile, in memory: UnsafeMutablePointer<Float>
  ) {
    let stride = inputs * PackedFilters.panelColumns
    filters.transform(
      panel: panel, inputs: 0..<inputs, tile: tile.rawValue, to: memory + panel * tile.frequencies * stride,
      frequencyStride: stride)
  }

  /// Floats of work space for batches of this shape and smaller ones.
  public func workspaceCount(for shape: ConvolutionShape, workerCount: Int) -> Int {
    let most = tiling(shape).tileCount
    // A smaller batch may be computed in another way.
    var counts: [Int] = []
    var tiles = most
    while tiles > 0 {
      counts.append(workspaceCount(for: method(tiles: tiles), tiles: most, workerCount: workerCount))
      tiles /= 2
    }
    return counts.max() ?? 0
  }

  private func workspaceCount(for method: ConvolutionMethod, tiles: Int, workerCount: Int) -> Int {
    guard case .winograd(let plan) = method else {
      return tiles * tile.rawValue * tile.rawValue * 9 * inputChannels
    }
    let block = min(tiles, plan.tileBlock)
    let inputs = tile.frequencies * inputStride(tiles: block)
    return switch plan.sharing {
    case .panels: inputs + workerCount * (filterCount(plan) + productCount(plan, tiles: block))
    case .tiles: preparedCount + workerCount * (inputs + productCount(plan, tiles: block))
    }
  }

  private func method(tiles: Int) -> ConvolutionMethod {
    let plan = ConvolutionChoice.plan(
      inputs: inputChannels, outputs: outputChannels, tiles: tiles, isPrepared: !isTrained)
    if isTrained { return method ?? .winograd(plan) }
    let chosen =
      method ?? ConvolutionChoice.method(inputs: inputChannels, outputs: outputChannels, tiles: tiles)
    // The definition takes its filters in half precision only.
    return chosen == .direct && !filters.isHalf ? .winograd(plan) : chosen
  }

  /// Whether the layer can also take the maximum of 2x2 windows: they must not lie across tiles.
  public func canPool(_ shape: ConvolutionShape) -> Bool {
    tile == .four && shape.height % 4 == 0 && shape.width % 4 == 0
      && method(tiles: tiling(shape).tileCount) != .direct
  }

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
    output: UnsafeMutablePointer<Float>, workspace: UnsafeMutableBufferPointer<Float>, pool: WorkerPool
  ) {
    precondition(workspace.count >= workspaceCount(for: shape, workerCount: pool.workerCount))
    precondition(!pools || canPool(shape))
    let batch = Batch(input: input, shape: shape, pools: pools, output: output)
    switch method(tiles: tiling(shape).tileCount) {
    case .direct: applyDirectly(batch, workspace: workspace.baseAddress!, pool: pool)
    case .winograd(let plan) where plan.sharing == .panels:
      applySharingPanels(batch, plan: plan, workspace: workspace.baseAddress!, pool: pool)
    case .winograd(let plan):
      applySharingTiles(batch, plan: plan, workspace: workspace.baseAddress!, pool: pool)
    }
  }

  private struct Batch {
    let input: UnsafePointer<Float>
    let shape: ConvolutionShape
    let pools: Bool
    let output: UnsafeMutablePointer<Float>
  }

  /// All workers transform a block's tiles; then each takes its panels.
  private func applySharingPanels(
    _ batch: Batch, plan: WinogradPlan, workspace: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    var tiling = tiling(batch.shape)
    let tileCount = tiling.tileCount
    let blockTiles = plan.blockTiles(of: tileCount)
    let rowStride = inputRowStride
    for first in Swift.stride(from: 0, to: tileCount, by: blockTiles) {
      let count = min(blockTiles, tileCount - first)
      let stride = inputStride(tiles: count)
      pool.split(count) { _, range in
        kernel_winograd_input(
          &tiling, batch.input, first + range.lowerBound, range.count,
          workspace + range.lowerBound * rowStride,
          rowStride, stride)
      }
      let block = Block(first: first, count: count, transformed: workspace, stride: stride)
      let buffers = workspace + tile.frequencies * stride
      pool.split(filters.panelCount) { worker, panels in
        let buffer = buffers + worker * (filterCount(plan) + productCount(plan, tiles: count))
        let products = buffer + filterCount(plan)
        for first in Swift.stride(from: panels.lowerBound, to: panels.upperBound, by: plan.panelGroup) {
          let group = first..<min(first + plan.panelGroup, panels.upperBound)
          multiply(block, panels: group, plan: plan, filters: buffer, products: products)
          write(block, panels: group, products: products, of: batch)
        }
      }
    }
  }

  /// The filters are transformed once; then each worker takes its tiles from beginning to end.
  private func applySharingTiles(
    _ batch: Batch, plan: WinogradPlan, workspace: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    if prepared == nil {
      pool.split(filters.panelCount) { _, panels in
        for panel in panels {
          Self.prepare(filters, panel: panel, inputs: inputChannels, tile: tile, in: workspace)
        }
      }
    }
    let transforms = UnsafePointer(prepared?.base ?? workspace)
    var tiling = tiling(batch.shape)
    let most = min(tiling.tileCount, plan.tileBlock)
    let perWorker = tile.frequencies * inputStride(tiles: most) + productCount(plan, tiles: most)
    pool.split(tiling.tileCount) { worker, tiles in
      let transformed = workspace + preparedCount + worker * perWorker
      let blockTiles = plan.blockTiles(of: tiles.count)
      for first in Swift.stride(from: tiles.lowerBound, to: tiles.upperBound, by: blockTiles) {
        let count = min(blockTiles, tiles.upperBound - first)
        let stride = inputStride(tiles: count)
        let products = transformed + tile.frequencies * stride
        kernel_winograd_input(&tiling, batch.input, first, count, transformed, inputRowStride, stride)
        let block = Block(first: first, count: count, transformed: transformed, stride: stride)
        for first in Swift.stride(from: 0, to: filters.panelCount, by: plan.panelGroup) {
          let group = first..<min(first + plan.panelGroup, filters.panelCount)
          multiply(block, panels: group, prepared: transforms, products: products)
          write(block, panels: group, products: products, of: batch)
        }
      }
    }
  }

  /// Tiles with their transforms, [frequencies][count][inputs].
  private struct Block {
    let first: Int
    let count: Int
    let transformed: UnsafePointer<Float>
    let stride: Int
  }

  /// By the definition: every worker reads its panels' filters once, in half precision.
  private func applyDirectly(
    _ batch: Batch, workspace: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    let (pixels, columns) = (batch.shape.pixels, PackedFilters.panelColumns)
    kernel_im2col_3x3(
      batch.input, batch.shape.height, batch.shape.width, inputChannels, 0, pixels, workspace)
    pool.split(filters.panelCount) { _, panels in
      for panel in panels {
        let products = batch.output + panel * columns
        filters.multiply(
          panel: panel, neighbourhoods: workspace, pixels: pixels, products: products,
          rowStride: outputChannels)
        if let bias {
          kernel_add_bias(
            products, pixels, columns, outputChannels, bias.base + panel * columns, rectifies ? 1 : 0)
        }
      }
    }
  }

  /// All products of a group of panels, [panels][frequencies][tiles][32], with filters that are transformed on the
  /// way.
  private func multiply(
    _ block: Block, panels: Range<Int>, plan: WinogradPlan, filters buffer: UnsafeMutablePointer<Float>,
    products: UnsafeMutablePointer<Float>
  ) {
    let columns = PackedFilters.panelColumns
    let productStride = productStride(tiles: block.count)
    let filterStride = filterStride(plan)
    for channel in Swift.stride(from: 0, to: inputChannels, by: plan.inputBlock) {
      let inputs = channel..<min(channel + plan.inputBlock, inputChannels)
      for panel in panels {
        filters.transform(
          panel: panel, inputs: inputs, tile: tile.rawValue,
          to: buffer + (panel - panels.lowerBound) * tile.frequencies * filterStride,
          frequencyStride: filterStride)
      }
      let following = filters.place(after: inputs.upperBound, ofPanel: panels.lowerBound)
      for frequency in 0..<tile.frequencies {
        // With few tiles the filters' way from memory takes as long as the products.
        if panels.count == 1 {
          filters.prefetch(inputs: plan.inputBlock, at: following, part: frequency, of: tile.frequencies)
        }
        for index in 0..<panels.count {
          let place = index * tile.frequencies + frequency
          kernel_multiply_packed(
            block.transformed + frequency * block.stride + channel, inputRowStride, block.count, inputs.count,
            buffer + place * filterStride, 1, channel == 0 ? 0 : 1, products + place * productStride,
            columns)
        }
      }
    }
  }

  /// The same with filters that have been transformed, [panels][frequencies][inputs][32].
  private func multiply(
    _ block: Block, panels: Range<Int>, prepared: UnsafePointer<Float>,
    products: UnsafeMutablePointer<Float>
  ) {
    let columns = PackedFilters.panelColumns
    let productStride = productStride(tiles: block.count)
    for frequency in 0..<tile.frequencies {
      for panel in panels {
        kernel_multiply_packed(
          block.transformed + frequency * block.stride, inputRowStride, block.count, inputChannels,
          prepared + (panel * tile.frequencies + frequency) * inputChannels * columns, 1, 0,
          products + ((panel - panels.lowerBound) * tile.frequencies + frequency) * productStride, columns)
      }
    }
  }

  /// Transforms products back, with all that follows.
  private func write(
    _ block: Block, panels: Range<Int>, products: UnsafePointer<Float>, of batch: Batch
  ) {
    let columns = PackedFilters.panelColumns
    var tiling = kernel_tiling(batch.shape, channels: outputChannels, tile: tile)
    let stride = productStride(tiles: block.count)
    for panel in panels {
      kernel_winograd_output(
        &tiling, products + (panel - panels.lowerBound) * tile.frequencies * stride, block.first, block.count,
        columns, stride, panel * columns, columns, bias?.base, rectifies ? 1 : 0,
        batch.pools ? 1 : 0, batch.output)
    }
  }

  /// Floats from one tile's transform to the next one's. Not a power of two: the product reads several tiles at once.
  private var inputRowStride: Int { inputChannels + 16 }

  private func inputStride(tiles: Int) -> Int { Self.padded(tiles * inputRowStride) }

  /// Floats of a group of panels' filters for a block of inputs.
  private func filterCount(_ plan: WinogradPlan) -> Int {
    plan.panelGroup * tile.frequencies * filterStride(plan)
  }

  /// Floats of a group of panels' products.
  private func productCount(_ plan: WinogradPlan, tiles: Int) -> Int {
    plan.panelGroup * tile.frequencies * productStride(tiles: tiles)
  }

  /// Floats of all filters' transforms.
  private var preparedCount: Int {
    filters.panelCount * tile.frequencies * inputChannels * PackedFilters.panelColumns
  }

  private func productStride(tiles: Int) -> Int { Self.padded(tiles * PackedFilters.panelColumns) }

  private func filterStride(_ plan: WinogradPlan) -> Int {
    Self.padded(plan.inputBlock * PackedFilters.panelColumns)
  }

  /// An odd number of cache lines: frequencies a power of two apart would all fall into the same few sets of the
  /// first-level cache and drive each other out.
  static func padded(_ count: Int) -> Int { ((count + 15) / 16 | 1) * 16 }

  private func tiling(_ shape: ConvolutionShape) -> kernel_tiling {
    kernel_tiling(shape, channels: inputChannels, tile: tile)
  }
}

extension kernel_tiling {
  init(_ shape: ConvolutionShape, channels: Int, tile: WinogradConvolution.Tile) {
    let side = tile.rawValue
    self.init(
      images: shape.images, height: shape.height, width: shape.width, channels: channels, tile: side,
      tiles_down: (shape.height + side - 1) / side, tiles_across: (shape.width + side - 1) / side)
  }

  var tileCount: Int { images * tiles_down * tiles_across }
}
