import Glibc
import Tensors

/// How pictures are changed at random while a network learns from them.
///
/// All changes of place are one warp with one interpolation: seen from the picture, it is mirrored, stretched,
/// sheared, rotated, shifted and then cropped. Then brightness and contrast change, and a rectangle is erased.
///
///     var augmentation = Augmentation()
///     augmentation.flipProbability = 0.5
///     augmentation.shift = 0.1
///     augmentation.rotationDegrees = 10
///     try augmentation.validate()
///     augmentation.write(picture, seed: 1, epoch: 3, index: 17, into: input)
///
/// What is drawn depends on seed, epoch and index alone, so pictures may be prepared in any order by any worker, and
/// a training run that is resumed goes on with the same pictures. Nothing is allocated.
public struct Augmentation: Sendable, Equatable, Codable {
  /// How probable it is that a picture is mirrored left to right, 0...1.
  public var flipProbability = 0.0
  /// How probable it is that shift, rotation, scale, shear and aspect are drawn at all, 0...1. A picture that is
  /// spared keeps its sharpness.
  public var warpProbability = 1.0
  /// Shift to either side in both directions, as part of the picture's side, 0...1.
  public var shift = 0.0
  /// Rotation to either side in degrees, 0...180.
  public var rotationDegrees = 0.0
  /// How much larger the picture gets, 0.1...10; drawn so that twice as large is as probable as half as large.
  public var scale = 1.0...1.0
  /// Shear of rows against each other to either side, in degrees, 0...60.
  public var shearDegrees = 0.0
  /// Width over height of the stretched picture, its area kept, 0.1...10; drawn as ``scale``.
  public var aspect = 1.0...1.0
  /// What grey values are multiplied by, 0...10.
  public var brightness = 1.0...1.0
  /// What the distance of grey values from the picture's mean is multiplied by, 0...10.
  public var contrast = 1.0...1.0
  /// Rectangles that are covered; nil for none.
  public var erasing: RandomErasing?
  /// The side of the square that is cut out of the warped picture, in pixels, 1...48. Its place is drawn among whole
  /// pixels, so that a crop alone does not blur.
  public var cropSide = FacePictures.side
  /// Width and height of what the network sees, 1...256. Where it is not ``cropSide``, the warp resamples too.
  public var outputSide = FacePictures.side
  /// What lies beyond the picture's edge.
  public var border = PictureBorder.nearest
  /// How is sampled where the picture gets smaller.
  public var antialiasing = Antialiasing.supersampled

  /// Nothing changes, not even the size.
  public init() {}

  /// Only the middle is cut out and resampled: what a network that learned from such crops sees when it is tested.
  public init(cropSide: Int, outputSide: Int) {
    self.cropSide = cropSide
    self.outputSide = outputSide
  }

  /// Checks every range; to be called once on an augmentation that was configured from outside.
  public func validate() throws(AugmentationError) {
    let factors = 0.1...10.0
    try AugmentationError.check("flipProbability", flipProbability, in: 0...1)
    try AugmentationError.check("warpProbability", warpProbability, in: 0...1)
    try AugmentationError.check("shift", shift, in: 0...1)
    try AugmentationError.check("rotationDegrees", rotationDegrees, in: 0...180)
    try AugmentationError.check("scale", scale, in: factors)
    try AugmentationError.check("shearDegrees", shearDegrees, in: 0...60)
    try AugmentationError.check("aspect", aspect, in: factors)
    try AugmentationError.check("brightness", brightness, in: 0...10)
    try AugmentationError.check("contrast", contrast, in: 0...10)
    try AugmentationError.check("cropSide", Double(cropSide), in: 1...Double(FacePictures.side))
    try AugmentationError.check("outputSide", Double(outputSide), in: 1...256)
    try erasing?.validate()
  }

  /// Writes one picture as it is seen in one epoch, the same whenever it is asked for.
  ///
  /// - Parameters:
  ///   - picture: [48, 48] grey values 0...255.
  ///   - seed: Of the whole training run.
  ///   - epoch: From 0, below 2^32.
  ///   - index: The picture's position in what is trained on, below 2^32.
  ///   - output: [``outputSide``, ``outputSide``] floats 0...1.
  /// - Precondition: ``validate()`` does not throw.
  public func write(
    _ picture: UnsafePointer<UInt8>, seed: UInt64, epoch: Int, index: Int,
    into output: UnsafeMutablePointer<Float>
  ) {
    var generator = SeededGenerator(seed: seed, epoch: epoch, index: index)
    apply(draw(using: &generator), to: picture, into: output)
  }

  /// Draws what happens to one picture.
  public func draw(using generator: inout SeededGenerator) -> AugmentationDraw {
    var draw = AugmentationDraw()
    draw.flip = Double(generator.nextUnit()) < flipProbability
    if Double(generator.nextUnit()) < warpProbability {
      draw.shiftX = generator.symmetric(shift)
      draw.shiftY = generator.symmetric(shift)
      draw.rotationDegrees = generator.symmetric(rotationDegrees)
      draw.shearDegrees = generator.symmetric(shearDegrees)
      draw.scale = generator.logarithmic(scale)
      draw.aspect = generator.logarithmic(aspect)
    }
    if cropSide < FacePictures.side {
      draw.cropX = Int.random(in: 0...FacePictures.side - cropSide, using: &generator)
      draw.cropY = Int.random(in: 0...FacePictures.side - cropSide, using: &generator)
    }
    draw.brightness = generator.uniform(brightness)
    draw.contrast = generator.uniform(contrast)
    draw.erased = erasing?.draw(outputSide: outputSide, using: &generator)
    return draw
  }

  /// Does to a picture what was drawn.
  ///
  /// - Parameters:
  ///   - picture: [48, 48] grey values 0...255.
  ///   - output: [``outputSide``, ``outputSide``] floats 0...1.
  public func apply(
    _ draw: AugmentationDraw, to picture: UnsafePointer<UInt8>, into output: UnsafeMutablePointer<Float>
  ) {
    let warp = PictureWarp(
      map: draw.map(cropSide: cropSide, outputSide: outputSide), outputSide: outputSide, border: border,
      antialiasing: antialiasing)
    let count = outputSide * outputSide
    if draw.brightness == 1 && draw.contrast == 1 {
      warp.write(picture, gain: 1 / 255, bias: 0, into: output)
    } else {
      // contrast * (brightness * v - mean) + mean, with the mean of the brightened picture.
      let mean = draw.brightness * Self.mean(of: picture)
      warp.write(
        picture, gain: Float(draw.contrast * draw.brightness / 255), bias: Float((1 - draw.contrast) * mean),
        into: output)
      for index in 0..<count { output[index] = min(max(output[index], 0), 1) }
    }
    if let erased = draw.erased { erased.write(into: output, side: outputSide) }
  }

  /// 0...1.
  private static func mean(of picture: UnsafePointer<UInt8>) -> Double {
    var sum: UInt32 = 0
    for index in 0..<FacePictures.pixelsPerPicture { sum &+= UInt32(picture[index]) }
    return Double(sum) / Double(255 * FacePictures.pixelsPerPicture)
  }
}

extension SeededGenerator {
  /// Evenly to either side of 0.
  mutating func symmetric(_ range: Double) -> Double { range == 0 ? 0 : (2 * Double(nextUnit()) - 1) * range }

  mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    if range.lowerBound == range.upperBound { return range.lowerBound }
    return range.lowerBound + Double(nextUnit()) * (range.upperBound - range.lowerBound)
  }

  /// Evenly in the logarithm.
  mutating func logarithmic(_ range: ClosedRange<Double>) -> Double {
    if range.lowerBound == range.upperBound { return range.lowerBound }
    return exp(uniform(log(range.lowerBound)...log(range.upperBound)))
  }
}
