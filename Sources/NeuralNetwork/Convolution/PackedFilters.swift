import CKernels
import Tensors

/// The filters of a 3x3 convolution, packed for ``WinogradConvolution``: [panel][in][9][32 outputs].
///
/// Stored in half precision where that loses nothing, as for weights that come from a half precision file: half
/// the memory to read, and reading is what bounds the layers with many channels.
struct PackedFilters: Sendable {
  private enum Values {
    case single(FloatStorage)
    case half(HalfStorage)
  }

  private let values: Values
  private let inputChannels: Int
  /// Output channels rounded up to whole panels.
  let panelCount: Int

  /// Outputs side by side.
  static let panelColumns = Int(KERNEL_PANEL_COLUMNS)

  /// - Parameter filters: [out, in, 3, 3].
  init(_ filters: FloatStorage, inputChannels: Int, outputChannels: Int) {
    panelCount = (outputChannels + Self.panelColumns - 1) / Self.panelColumns
    self.inputChannels = inputChannels
    let packed = FloatStorage(zeros: panelCount * inputChannels * 9 * Self.panelColumns)
    filters.withValues { kernel_pack_filters($0.baseAddress!, inputChannels, outputChannels, packed.base) }
    let halves = HalfStorage(count: packed.count)
    values =
      kernel_narrow_exactly(packed.base, halves.base, packed.count) == 1 ? .half(halves) : .single(packed)
  }

  /// Transforms a part of a panel's filters, `G g Gᵀ`.
  ///
  /// - Parameters:
  ///   - panel: Which 32 outputs.
  ///   - inputs: Which input channels.
  ///   - tile: 3 or 4.
  ///   - transformed: [(tile + 2)²][inputs][32].
  ///   - frequencyStride: Floats from one frequency to the next.
  func transform(
    panel: Int, inputs: Range<Int>, tile: Int, to transformed: UnsafeMutablePointer<Float>,
    frequencyStride: Int
  ) {
    let place = (panel * inputChannels + inputs.lowerBound) * 9 * Self.panelColumns
    switch values {
    case .single(let storage):
      kernel_winograd_filters(storage.base + place, inputs.count, tile, transformed, frequencyStride)
    case .half(let storage):
      kernel_winograd_filters_half(storage.base + place, inputs.count, tile, transformed, frequencyStride)
    }
  }
}

/// A block of half precision numbers at a fixed address.
///
/// Unchecked because it hands out its pointer: it is written once, before it is shared.
final class HalfStorage: @unchecked Sendable {
  /// Bit patterns of IEEE 754 binary16.
  let base: UnsafeMutablePointer<UInt16>

  init(count: Int) {
    base = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<UInt16>.stride, alignment: FloatStorage.alignment
    ).bindMemory(to: UInt16.self, capacity: max(count, 1))
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }
}
