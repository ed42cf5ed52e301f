import CV4L2
import Imaging

/// The format that a driver granted, checked: what every frame is read by.
struct CaptureFormat: Equatable {
  let pixelFormat: CameraPixelFormat
  let width: Int
  let height: Int
  /// From row to row of the first plane; nil for compressed formats and rows without padding.
  let bytesPerLine: Int?
  /// What uncompressed samples mean. Their matrix is taken for ITU-R BT.601's, a ``Picture``'s own, whatever the driver
  /// says of it: the colours of a source in BT.709 are a little off.
  let range: SampleRange
  /// The bytes that a frame has at least; fewer are a fragment.
  let minimumFrameBytes: Int

  /// Why a granted format cannot be used, in words.
  struct Refusal: Error, Equatable {
    let reason: String
  }

  /// No JPEG with its headers and tables is shorter: 64 quantisers, a frame and a scan header.
  private static let minimumJPEGBytes = 100

  /// - Parameter answer: What the driver gave back, which need not be what it was asked for.
  init(checking answer: cv4l2_format) throws(Refusal) {
    let fourCC = FourCC(rawValue: answer.pixel_format)
    guard let pixelFormat = CameraPixelFormat(fourCC: fourCC) else {
      throw Refusal(reason: "\(fourCC) is not one of the formats that are understood")
    }
    self.pixelFormat = pixelFormat
    width = Int(answer.width)
    height = Int(answer.height)
    if answer.field == cv4l2_field_sequential_top_first || answer.field == cv4l2_field_sequential_bottom_first
    {
      throw Refusal(reason: "\(fourCC) \(width)x\(height) with the two fields one after the other")
    }
    range = Self.range(of: answer, format: pixelFormat)
    do throws(ImagingError) {
      switch pixelFormat.contents {
      case .jpeg:
        try Picture.checkSize(width: width, height: height)
        bytesPerLine = nil
        minimumFrameBytes = Self.minimumJPEGBytes
      case .raw(let raw):
        bytesPerLine = answer.bytes_per_line == 0 ? nil : Int(answer.bytes_per_line)
        minimumFrameBytes = try raw.byteCount(width: width, height: height, bytesPerLine: bytesPerLine)
      }
    } catch {
      throw Refusal(reason: "\(fourCC) \(width)x\(height): \(error)")
    }
  }

  /// The range by the driver's quantization; what the default means is V4L2_MAP_QUANTIZATION_DEFAULT's rule.
  private static func range(of answer: cv4l2_format, format: CameraPixelFormat) -> SampleRange {
    switch answer.quantization {
    case cv4l2_quantization_full_range: .full
    case cv4l2_quantization_limited_range: .limited
    default: format.isFullRangeByDefault || answer.colorspace == cv4l2_colorspace_jpeg ? .full : .limited
    }
  }
}
