/// A small grey picture in a figure, 8 bits a pixel, row-major, 0 black to 255 white.
public struct GreyPicture: Sendable, Equatable {
  /// The largest width and height, in pixels.
  public static let maximumSide = 4_096

  /// In pixels.
  public let width: Int
  /// In pixels.
  public let height: Int
  /// Row-major [height, width].
  public let pixels: [UInt8]

  /// A picture by its pixels.
  ///
  /// - Throws: ``FigureError/unacceptablePicture(width:height:pixelCount:)`` unless each side is 1 to
  ///   ``maximumSide`` and there is a value for each pixel.
  public init(width: Int, height: Int, pixels: [UInt8]) throws(FigureError) {
    guard (1...Self.maximumSide).contains(width), (1...Self.maximumSide).contains(height),
      pixels.count == width * height
    else { throw .unacceptablePicture(width: width, height: height, pixelCount: pixels.count) }
    self.width = width
    self.height = height
    self.pixels = pixels
  }
}
