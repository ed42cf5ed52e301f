import CKernels
import COpenCV

extension Picture {
  /// Fills a rectangle, mixing the colour with what is there. Parts outside the picture are left out.
  ///
  /// - Parameters:
  ///   - rectangle: In pixels; chroma samples that it touches partly are coloured whole.
  ///   - opacity: 0 (nothing happens) to 256 (only the colour is seen).
  public mutating func fill(_ rectangle: PixelRectangle, color: OverlayColor, opacity: Int = 256) {
    precondition((0...256).contains(opacity))
    let inside = rectangle.clamped(toWidth: width, height: height)
    guard inside.area > 0 else { return }
    let factors = subsampling.factors
    let layouts = planes
    let samples = [color.luma, color.cb, color.cr]
    withMutableBytes { bytes in
      for (index, plane) in layouts.enumerated() {
        let (horizontal, vertical) = index == 0 ? (1, 1) : factors
        let columns =
          inside.x
          / horizontal..<min(
            (inside.x + inside.width + horizontal - 1) / horizontal, plane.width)
        let rows =
          inside.y / vertical..<min((inside.y + inside.height + vertical - 1) / vertical, plane.height)
        for row in rows {
          // Inside the plane, as the rectangle is; a picture has a pixel, so its storage has an address.
          let start = bytes.baseAddress! + plane.offset + row * plane.bytesPerLine + columns.lowerBound
          if opacity == 256 {
            start.update(repeating: samples[index], count: columns.count)
          } else {
            kernel_mix(start, columns.count, samples[index], Int32(opacity))
          }
        }
      }
    }
  }

  /// Draws a rectangle's outline inwards from its edge.
  public mutating func outline(_ rectangle: PixelRectangle, thickness: Int, color: OverlayColor) {
    let side = min(thickness, rectangle.width / 2, rectangle.height / 2)
    guard side > 0 else { return }
    let (x, y, width, height) = (rectangle.x, rectangle.y, rectangle.width, rectangle.height)
    fill(PixelRectangle(x: x, y: y, width: width, height: side), color: color)
    fill(PixelRectangle(x: x, y: y + height - side, width: width, height: side), color: color)
    fill(PixelRectangle(x: x, y: y + side, width: side, height: height - 2 * side), color: color)
    fill(
      PixelRectangle(x: x + width - side, y: y + side, width: side, height: height - 2 * side), color: color)
  }

  /// Draws a line of ASCII text into the luma plane, so it takes the hue of what is under it: put it on a
  /// neutral ground.
  ///
  /// - Parameters:
  ///   - text: Characters beyond ASCII appear as question marks.
  ///   - x: Where the first character starts.
  ///   - baseline: The row that letters stand on.
  ///   - style: Size and weight.
  ///   - luma: 0 black to 255 white.
  public mutating func drawText(_ text: String, x: Int, baseline: Int, style: TextStyle, luma: UInt8) {
    let plane = planes[0]
    let (width, height) = (width, height)
    var message = [CChar](repeating: 0, count: 128)
    // The only failure is memory for a line of text; a frame without its text is then the best answer.
    _ = withMutableBytes { bytes in
      copencv_draw_text(
        bytes.baseAddress! + plane.offset, Int32(width), Int32(height), plane.bytesPerLine,
        TextStyle.ascii(text),
        Int32(clamping: x), Int32(clamping: baseline), style.scale, Int32(style.thickness), luma, &message,
        message.count)
    }
  }
}

/// How overlay text looks: OpenCV's Hershey duplex font.
public struct TextStyle: Sendable, Equatable {
  /// 1 is a capital letter of about 21 pixels.
  public var scale: Double
  /// Stroke width in pixels.
  public var thickness: Int

  /// A style of the given size and weight.
  public init(scale: Double, thickness: Int) {
    self.scale = scale
    self.thickness = thickness
  }

  /// Width, height above the base line and reach below it of a line of text, in pixels.
  public func size(of text: String) -> (width: Int, ascent: Int, descent: Int) {
    var (width, height, baseline): (Int32, Int32, Int32) = (0, 0, 0)
    copencv_text_size(Self.ascii(text), scale, Int32(thickness), &width, &height, &baseline)
    return (Int(width), Int(height), Int(baseline))
  }

  static func ascii(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { (0x20..<0x7F).contains($0.value) ? $0 : "?" }))
  }
}
