/// The shape of one image's activations, NHWC: a row after the other, the channels of a pixel side by side. Vectors
/// are images of one pixel.
public struct ActivationShape: Sendable, Hashable {
  /// Rows.
  public var height: Int
  /// Pixels of a row.
  public var width: Int
  /// Values of a pixel.
  public var channels: Int

  /// A shape of images.
  public init(height: Int, width: Int, channels: Int) {
    precondition(height > 0 && width > 0 && channels > 0)
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// The shape of vectors.
  public init(vector count: Int) { self.init(height: 1, width: 1, channels: count) }

  /// Pixels of an image.
  public var pixels: Int { height * width }
  /// Values of an image.
  public var count: Int { height * width * channels }
}
