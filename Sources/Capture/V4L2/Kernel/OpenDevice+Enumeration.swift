import CV4L2

/// The lists that a driver gives item by item until it refuses an index. All are bounded: a driver that never
/// refuses must not keep us for ever.
extension OpenDevice {
  /// A pixel format as the driver lists it.
  struct ListedFormat {
    let fourCC: FourCC
    let text: String
    let isCompressed: Bool
    /// Made of another format by libv4l2.
    let isEmulated: Bool
  }

  private static let formatLimit: UInt32 = 128
  private static let sizeLimit: UInt32 = 256
  private static let intervalLimit: UInt32 = 64

  /// - Throws: ``CaptureError/deviceLost(path:)`` only; a driver that cannot list has an empty list.
  func listedFormats() throws(CaptureError) -> [ListedFormat] {
    try list(limit: Self.formatLimit) { (kernel, device, index) throws(ErrorNumber) in
      let answer = try kernel.formatDescription(device, index: index)
      return ListedFormat(
        fourCC: FourCC(rawValue: answer.pixel_format), text: text(answer.text),
        isCompressed: answer.flags & cv4l2_format_flag_compressed != 0,
        isEmulated: answer.flags & cv4l2_format_flag_emulated != 0)
    }
  }

  /// Sizes that no picture may have are left out.
  ///
  /// - Throws: ``CaptureError/deviceLost(path:)`` only.
  func frameSizes(of format: FourCC) throws(CaptureError) -> [FrameSizeRange] {
    try list(limit: Self.sizeLimit) { (kernel, device, index) throws(ErrorNumber) in
      FrameSizeRange(try kernel.frameSize(device, index: index, pixelFormat: format.rawValue))
    }
  }

  /// - Throws: ``CaptureError/deviceLost(path:)`` only.
  func frameIntervals(
    of format: FourCC, width: Int, height: Int
  ) throws(CaptureError) -> [FrameIntervalRange] {
    try list(limit: Self.intervalLimit) { (kernel, device, index) throws(ErrorNumber) in
      FrameIntervalRange(
        try kernel.frameInterval(
          device, index: index, pixelFormat: format.rawValue, width: UInt32(clamping: width),
          height: UInt32(clamping: height)))
    }
  }

  private func list<Item>(
    limit: UInt32, item: (any V4L2Kernel, cv4l2_device, UInt32) throws(ErrorNumber) -> Item?
  ) throws(CaptureError) -> [Item] {
    var items: [Item] = []
    for index in 0..<limit {
      do throws(ErrorNumber) {
        let found = try attempt { (kernel, device) throws(ErrorNumber) in try item(kernel, device, index) }
        if let found { items.append(found) }
      } catch {
        try throwIfLost(error)
        break
      }
    }
    return items
  }
}
