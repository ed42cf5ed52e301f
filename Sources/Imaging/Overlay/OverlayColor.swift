/// A colour in a picture's own terms: full-range Y'CbCr, ITU-R BT.601.
public struct OverlayColor: Sendable, Equatable {
  /// Y', 0 black to 255 white.
  public var luma: UInt8
  /// Blue difference, 128 neutral.
  public var cb: UInt8
  /// Red difference, 128 neutral.
  public var cr: UInt8

  /// A colour by its samples; grey by luma alone.
  public init(luma: UInt8, cb: UInt8 = 128, cr: UInt8 = 128) {
    self.luma = luma
    self.cb = cb
    self.cr = cr
  }

  /// From sRGB, 0...255 each, by JFIF 1.02's equations.
  public init(red: UInt8, green: UInt8, blue: UInt8) {
    let (r, g, b) = (Double(red), Double(green), Double(blue))
    func sample(_ value: Double) -> UInt8 { UInt8(min(max(value.rounded(), 0), 255)) }
    luma = sample(0.299 * r + 0.587 * g + 0.114 * b)
    cb = sample(128 - 0.168736 * r - 0.331264 * g + 0.5 * b)
    cr = sample(128 + 0.5 * r - 0.418688 * g - 0.081312 * b)
  }

  /// No light.
  public static let black = OverlayColor(luma: 0)
  /// Full light.
  public static let white = OverlayColor(luma: 255)
}
