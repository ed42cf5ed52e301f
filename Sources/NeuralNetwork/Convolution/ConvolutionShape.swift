/// What a 3x3 convolution with padding 1 and stride 1 is applied to: NHWC activations.
public struct ConvolutionShape: Sendable, Equatable {
  /// Images of the batch.
  public var images: Int
  /// Rows of an image.
  public var height: Int
  /// Pixels of a row.
  public var width: Int

  /// A batch of images of one size.
  public init(images: Int, height: Int, width: Int) {
    self.images = images
    self.height = height
    self.width = width
  }

  /// Pixels of the whole batch.
  public var pixels: Int { images * height * width }
}
