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

  /// Filters that are packed already and may change between calls, as those that are trained.
  ///
  /// - Parameter packed: [panel][in][9][32], not copied.
  init(packed: FloatStorage, inputChannels: Int, outputChannels: Int) {
    panelCount = (outputChannels + Self.panelColumns - 1) / Self.panelColumns
    precondition(packed.count == panelCount * inputChannels * 9 * Self.panelColumns)
    self.inputChannels = inputChannels
    values = .single(packed)
  }

  /// Whether ``multiply(panel:neighbourhoods:pixels:products:rowStride:)`` can be used.
  var isHalf: Bool {
    if case .half = values { return true }
    return false
  }

  /// Multiplies neighbourhoods by a panel of untransformed filters in half precision.
  ///
  /// - Parameters:
  ///   - panel: Which 32 outputs.
  ///   - neighbourhoods: [pixels, 9, in].
  ///   - pixels: How many there are.
  ///   - products: [pixels, outputs] from the panel's first output on, rows `rowStride` floats apart.
  ///   - rowStride: From one pixel's products to the next one's.
  func multiply(
    panel: Int, neighbourhoods: UnsafePointer<Float>, pixels: Int, products: UnsafeMutablePointer<Float>,
    rowStride: Int
  ) {
    guard case .half(let storage) = values else { preconditionFailure("filters in half precision only") }
    let filters = storage.base + panel * inputChannels * 9 * Self.panelColumns
    // A block of inputs at a time, so that the nine taps, which lie between each other, come from memory once.
    for channel in stride(from: 0, to: inputChannels, by: Self.directBlock) {
      let inputs = min(Self.directBlock, inputChannels - channel)
      let following = place(after: channel + inputs, ofPanel: panel)
      for tap in 0..<9 {
        prefetch(inputs: Self.directBlock, at: following, part: tap, of: 9)
        kernel_multiply_half(
          neighbourhoods + tap * inputChannels + channel, 9 * inputChannels, pixels, inputs,
          filters + (channel * 9 + tap) * Self.panelColumns, channel + tap == 0 ? 0 : 1, products, rowStride)
      }
    }
  }

  private static let directBlock = 64

  /// The place of the next input channel to be read, in the panel or in the one after it.
  func place(after channel: Int, ofPanel panel: Int) -> (panel: Int, channel: Int) {
    channel < inputChannels ? (panel, channel) : (panel + 1, 0)
  }

  /// Asks for a part of the filters of some inputs, so that they come from memory while others are multiplied.
  func prefetch(inputs: Int, at place: (panel: Int, channel: Int), part: Int, of parts: Int) {
    guard place.panel < panelCount else { return }
    let count = min(inputs, inputChannels - place.channel) * 9 * Self.panelColumns
    let first = (place.panel * inputChannels + place.channel) * 9 * Self.panelColumns
    let (start, end) = (first + count * part / parts, first + count * (part + 1) / parts)
    switch values {
    case .single(let storage):
      kernel_prefetch(storage.base + start, (end - start) * MemoryLayout<Float>.size)
    case .half(let storage):
      kernel_prefetch(storage.base + start, (end - start) * MemoryLayout<UInt16>.size)
    }
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
