import CKernels
import Tensors

/// The gradient of a 3x3 convolution's filters (padding 1, stride 1) through Winograd's transforms: with
/// Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A it is Gᵀ[Σ over the tiles of (A dY Aᵀ) ⊙ (Bᵀ d B)]G, the adjoint, with as few
/// multiplications as the convolution itself.
///
/// The sum over the tiles is a matrix product for each frequency, [inputs, tiles] x [tiles, 32 outputs]. With few
/// channels each worker sums over its own tiles and the sums are added in the workers' order; with many each worker
/// takes panels of 32 output channels. Either way the result depends on the number of workers alone, never on timing.
struct WinogradFilterGradient: Sendable {
  let inputChannels: Int
  let outputChannels: Int
  let tile: WinogradConvolution.Tile
  /// How the work is cut up. Set by who measures.
  var plan: WinogradPlan

  /// - Parameters:
  ///   - inputChannels: A multiple of 16.
  ///   - outputChannels: A multiple of 32.
  ///   - tile: As in ``WinogradConvolution``.
  init(inputChannels: Int, outputChannels: Int, tile: WinogradConvolution.Tile) {
    precondition(inputChannels % 16 == 0 && outputChannels % PackedFilters.panelColumns == 0)
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.tile = tile
    plan =
      inputChannels * outputChannels <= Self.largestShared
      ? WinogradPlan(sharing: .tiles, tileBlock: 48, panelGroup: 1)
      : WinogradPlan(sharing: .panels, tileBlock: 128, panelGroup: 4)
  }

  /// Pairs of channels whose sums, 144 bytes each, every worker can have for itself.
  private static let largestShared = 128 * 256

  private var panelCount: Int { outputChannels / PackedFilters.panelColumns }
  /// An odd number of cache lines: the product walks down columns of the transformed input.
  private var inputRowStride: Int { inputChannels + 16 }
  private var sumStride: Int { WinogradConvolution.padded(inputChannels * PackedFilters.panelColumns) }
  /// Floats of all sums.
  private var sumCount: Int { panelCount * tile.frequencies * sumStride }

  private func inputStride(_ tiles: Int) -> Int { WinogradConvolution.padded(tiles * inputRowStride) }
  private func gradientStride(_ tiles: Int) -> Int {
    WinogradConvolution.padded(tiles * PackedFilters.panelColumns)
  }

  /// Floats of work space for batches of this shape and smaller ones.
  func workspaceCount(for shape: ConvolutionShape, workerCount: Int) -> Int {
    let tiles = min(tiling(shape).tileCount, plan.tileBlock)
    let inputs = tile.frequencies * inputStride(tiles)
    let gradients = plan.panelGroup * tile.frequencies * gradientStride(tiles)
    return switch plan.sharing {
    case .panels: sumCount + inputs + workerCount * gradients
    case .tiles: workerCount * (sumCount + inputs + gradients)
    }
  }

  /// Computes the gradient for a batch.
  ///
  /// - Parameters:
  ///   - input: [images, height, width, inputChannels], what the convolution saw.
  ///   - outputGradient: [images, height, width, outputChannels].
  ///   - shape: The batch.
  ///   - gradient: Packed as the filters are, [panel][in][9][32]; overwritten.
  ///   - workspace: At least ``workspaceCount(for:workerCount:)`` floats, whatever they hold.
  ///   - pool: Who computes.
  func compute(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>, shape: ConvolutionShape,
    gradient: UnsafeMutablePointer<Float>, workspace: UnsafeMutableBufferPointer<Float>, pool: WorkerPool
  ) {
    precondition(workspace.count >= workspaceCount(for: shape, workerCount: pool.workerCount))
    let batch = Batch(input: input, outputGradient: outputGradient, shape: shape)
    switch plan.sharing {
    case .panels: sumSharingPanels(batch, workspace: workspace.baseAddress!, pool: pool)
    case .tiles: sumSharingTiles(batch, workspace: workspace.baseAddress!, pool: pool)
    }
    let panelFloats = inputChannels * 9 * PackedFilters.panelColumns
    pool.split(panelCount) { _, panels in
      for panel in panels {
        kernel_winograd_filter_gradient(
          workspace.baseAddress! + panel * tile.frequencies * sumStride, inputChannels, tile.rawValue,
          gradient + panel * panelFloats, sumStride)
      }
    }
  }

  private struct Batch {
    let input: UnsafePointer<Float>
    let outputGradient: UnsafePointer<Float>
    let shape: ConvolutionShape
  }

  private func sumSharingPanels(
    _ batch: Batch, workspace sums: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    var tiling = tiling(batch.shape)
    let tileCount = tiling.tileCount
    let transformed = sums + sumCount
    let blockTiles = plan.blockTiles(of: tileCount)
    for first in stride(from: 0, to: tileCount, by: blockTiles) {
      let count = min(blockTiles, tileCount - first)
      let inputStride = inputStride(count)
      pool.split(count) { _, range in
        kernel_winograd_input(
          &tiling, batch.input, first + range.lowerBound, range.count,
          transformed + range.lowerBound * inputRowStride, inputRowStride, inputStride)
      }
      let buffers = transformed + tile.frequencies * inputStride
      pool.split(panelCount) { worker, panels in
        let buffer = buffers + worker * plan.panelGroup * tile.frequencies * gradientStride(count)
        for group in stride(from: panels.lowerBound, to: panels.upperBound, by: plan.panelGroup) {
          add(
            batch, tiles: first..<first + count, transformed: transformed,
            panels: group..<min(group + plan.panelGroup, panels.upperBound), gradients: buffer,
            isFirst: first == 0, to: sums)
        }
      }
    }
  }

  private func sumSharingTiles(_ batch: Batch, workspace: UnsafeMutablePointer<Float>, pool: WorkerPool) {
    var tiling = tiling(batch.shape)
    let most = min(tiling.tileCount, plan.tileBlock)
    let perWorker =
      tile.frequencies * (inputStride(most) + plan.panelGroup * gradientStride(most))
    let buffers = workspace + pool.workerCount * sumCount
    pool.forEachWorker { worker in
      let tiles =
        tiling.tileCount * worker / pool.workerCount..<tiling.tileCount * (worker + 1) / pool.workerCount
      let sums = workspace + worker * sumCount
      if tiles.isEmpty { sums.update(repeating: 0, count: sumCount) }
      let transformed = buffers + worker * perWorker
      let blockTiles = plan.blockTiles(of: tiles.count)
      for first in stride(from: tiles.lowerBound, to: tiles.upperBound, by: blockTiles) {
        let count = min(blockTiles, tiles.upperBound - first)
        kernel_winograd_input(
          &tiling, batch.input, first, count, transformed, inputRowStride, inputStride(count))
        for group in stride(from: 0, to: panelCount, by: plan.panelGroup) {
          add(
            batch, tiles: first..<first + count, transformed: transformed,
            panels: group..<min(group + plan.panelGroup, panelCount),
            gradients: transformed + tile.frequencies * inputStride(count),
            isFirst: first == tiles.lowerBound, to: sums)
        }
      }
    }
    pool.split(sumCount, multiple: 16) { _, range in
      for worker in 1..<max(pool.workerCount, 1) {
        kernel_add(
          workspace + range.lowerBound, workspace + worker * sumCount + range.lowerBound, range.count)
      }
    }
  }

  /// Adds the products of a block of tiles for a group of panels.
  private func add(
    _ batch: Batch, tiles: Range<Int>, transformed: UnsafePointer<Float>, panels: Range<Int>,
    gradients: UnsafeMutablePointer<Float>, isFirst: Bool, to sums: UnsafeMutablePointer<Float>
  ) {
    let columns = PackedFilters.panelColumns
    var tiling = kernel_tiling(batch.shape, channels: outputChannels, tile: tile)
    let (count, stride) = (tiles.count, gradientStride(tiles.count))
    for panel in panels {
      kernel_winograd_gradient(
        &tiling, batch.outputGradient, tiles.lowerBound, count, panel * columns,
        gradients + (panel - panels.lowerBound) * tile.frequencies * stride, stride)
    }
    for frequency in 0..<tile.frequencies {
      for panel in panels {
        kernel_multiply_transposed(
          transformed + frequency * inputStride(count), inputRowStride, inputChannels, count,
          gradients + ((panel - panels.lowerBound) * tile.frequencies + frequency) * stride, 1,
          isFirst ? 0 : 1, sums + (panel * tile.frequencies + frequency) * sumStride, columns)
      }
    }
  }

  private func tiling(_ shape: ConvolutionShape) -> kernel_tiling {
    kernel_tiling(shape, channels: inputChannels, tile: tile)
  }
}
