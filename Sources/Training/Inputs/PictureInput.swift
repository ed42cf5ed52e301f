import Datasets
import Tensors

/// Turns a picture of the data set into what a network sees. A value: the same picture, seed and epoch give the same
/// input, whoever computes it.
public protocol PictureInput: Sendable {
  /// Floats of one picture.
  var count: Int { get }

  /// Writes one picture's input.
  ///
  /// - Parameters:
  ///   - picture: [48, 48] grey values 0...255.
  ///   - seed: The run's.
  ///   - epoch: From 0.
  ///   - index: The picture's place in the data set.
  ///   - output: ``count`` floats.
  func write(
    _ picture: UnsafePointer<UInt8>, seed: UInt64, epoch: Int, index: Int,
    into output: UnsafeMutablePointer<Float>)
}

/// The picture as it is, 0...1, or shrunk to a smaller side.
public struct PlainInput: PictureInput {
  private let views: TestTimeViews
  /// Floats of one picture.
  public var count: Int { views.outputSide * views.outputSide }

  /// - Parameter side: Width and height of the input, at most 48.
  /// - Throws: `AugmentationError` for a side that cannot be had.
  public init(side: Int = FacePictures.side) throws(AugmentationError) {
    views = try TestTimeViews(.plain, outputSide: side)
  }

  /// Writes one picture's input.
  public func write(
    _ picture: UnsafePointer<UInt8>, seed: UInt64, epoch: Int, index: Int,
    into output: UnsafeMutablePointer<Float>
  ) {
    views.write(picture, into: output)
  }
}

/// The picture changed at random.
public struct AugmentedInput: PictureInput {
  /// What is drawn.
  public let augmentation: Augmentation
  /// Floats of one picture.
  public var count: Int { augmentation.outputSide * augmentation.outputSide }

  /// - Throws: `AugmentationError` for ranges that cannot be drawn.
  public init(_ augmentation: Augmentation) throws(AugmentationError) {
    try augmentation.validate()
    self.augmentation = augmentation
  }

  /// Writes one picture's input.
  public func write(
    _ picture: UnsafePointer<UInt8>, seed: UInt64, epoch: Int, index: Int,
    into output: UnsafeMutablePointer<Float>
  ) {
    augmentation.write(picture, seed: seed, epoch: epoch, index: index, into: output)
  }
}

/// The picture changed at random as Keras's ImageDataGenerator does.
public struct KerasInput: PictureInput {
  /// What is drawn.
  public let augmentation: KerasAugmentation
  /// Floats of one picture.
  public var count: Int { FacePictures.pixelsPerPicture }

  /// - Throws: `AugmentationError` for ranges that cannot be drawn.
  public init(_ augmentation: KerasAugmentation) throws(AugmentationError) {
    try augmentation.validate()
    self.augmentation = augmentation
  }

  /// Writes one picture's input.
  public func write(
    _ picture: UnsafePointer<UInt8>, seed: UInt64, epoch: Int, index: Int,
    into output: UnsafeMutablePointer<Float>
  ) {
    augmentation.write(picture, seed: seed, epoch: epoch, index: index, into: output)
  }
}
