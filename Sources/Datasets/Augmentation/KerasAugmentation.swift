import Glibc
import Tensors

/// The transformation that Keras's `ImageDataGenerator` draws for one picture.
///
/// Which way the axes called x and y run is a matter of ``KerasAugmentation/Version``.
public struct KerasTransform: Sendable, Equatable {
  /// Rotation in degrees.
  public var theta: Double
  /// Shift of the sampled place along x, in pixels.
  public var tx: Double
  /// Shift of the sampled place along y, in pixels.
  public var ty: Double
  /// Shear angle in degrees.
  public var shear: Double
  /// What distances from the middle are multiplied by along x: above 1 the picture gets smaller.
  public var zx: Double
  /// What distances from the middle are multiplied by along y.
  public var zy: Double
  /// Mirrored left to right after the rest.
  public var flip: Bool

  /// The transformation that changes nothing, where not told otherwise.
  public init(
    theta: Double = 0, tx: Double = 0, ty: Double = 0, shear: Double = 0, zx: Double = 1, zy: Double = 1,
    flip: Bool = false
  ) {
    self.theta = theta
    self.tx = tx
    self.ty = ty
    self.shear = shear
    self.zx = zx
    self.zy = zy
    self.flip = flip
  }
}

/// Keras's `ImageDataGenerator` with `fill_mode='nearest'` and `interpolation_order=1`, as the notebook uses it.
///
///     KerasAugmentation.notebook.write(picture, seed: 42, epoch: 3, index: 17, into: input)
///
/// The parameters are drawn from the same distributions as in Keras, from a generator of our own; a drawn
/// transformation is applied exactly as there (golden values: `scripts/golden-augmentation`). What surprises:
/// - `shear_range` is an angle in degrees in every version that is reproduced here, so the notebook's 0.15 shears a
///   48x48 picture by less than a tenth of a pixel: nothing.
/// - The zoom factor is drawn for both directions on their own, so a picture is stretched too.
/// - The axes and the middle differ by version; see ``Version``.
public struct KerasAugmentation: Sendable, Equatable, Codable {
  /// Whose arithmetic is reproduced.
  public enum Version: String, Sendable, Codable, CaseIterable {
    /// Keras 2.9 (2022) and later, Keras 3 too: pictures are turned about their true middle, `side / 2 - 0.5` from
    /// the first pixel's centre; x runs along columns, to the right, y down. The drawn height shift goes into `tx`
    /// all the same, so it moves pictures sideways.
    case keras2_9
    /// keras-preprocessing up to its last version, 1.1.2, which Keras up to 2.8 calls: the middle is
    /// `side / 2 + 0.5`, a pixel further right and down; x runs down the rows, y to the right.
    case kerasPreprocessing

    fileprivate func middle(side: Int) -> Double {
      Double(side) / 2 + (self == .keras2_9 ? -0.5 : 0.5)
    }
  }

  /// Degrees to either side.
  public var rotationRange: Double
  /// Part of the width to either side.
  public var widthShiftRange: Double
  /// Part of the height to either side.
  public var heightShiftRange: Double
  /// Degrees to either side.
  public var shearRange: Double
  /// Distance of the zoom factor from 1 to either side, below 1.
  public var zoomRange: Double
  /// Whether every second picture, by chance, is mirrored left to right.
  public var horizontalFlip: Bool
  /// What grey values 0...255 are multiplied by.
  public var rescale: Float
  /// Whose arithmetic is reproduced.
  public var version: Version

  /// The notebook's: rotation 15 degrees, shifts 0.15, shear 0.15, zoom 0.15, horizontal flip, rescale 1/255.
  public static let notebook = KerasAugmentation(
    rotationRange: 15, widthShiftRange: 0.15, heightShiftRange: 0.15, shearRange: 0.15, zoomRange: 0.15,
    horizontalFlip: true)

  /// No change but the rescaling, where not told otherwise.
  public init(
    rotationRange: Double = 0, widthShiftRange: Double = 0, heightShiftRange: Double = 0,
    shearRange: Double = 0,
    zoomRange: Double = 0, horizontalFlip: Bool = false, rescale: Float = 1 / 255,
    version: Version = .keras2_9
  ) {
    self.rotationRange = rotationRange
    self.widthShiftRange = widthShiftRange
    self.heightShiftRange = heightShiftRange
    self.shearRange = shearRange
    self.zoomRange = zoomRange
    self.horizontalFlip = horizontalFlip
    self.rescale = rescale
    self.version = version
  }

  /// Checks every range; to be called once on what was configured from outside.
  public func validate() throws(AugmentationError) {
    try AugmentationError.check("rotationRange", rotationRange, in: 0...360)
    try AugmentationError.check("widthShiftRange", widthShiftRange, in: 0...0.999)
    try AugmentationError.check("heightShiftRange", heightShiftRange, in: 0...0.999)
    try AugmentationError.check("shearRange", shearRange, in: 0...89)
    try AugmentationError.check("zoomRange", zoomRange, in: 0...0.999)
  }

  /// Draws a transformation, each parameter evenly over its range.
  public func transform(using generator: inout SeededGenerator) -> KerasTransform {
    func symmetric(_ range: Double) -> Double {
      (2 * Double(generator.nextUnit()) - 1) * range
    }
    let side = Double(FacePictures.side)
    return KerasTransform(
      theta: symmetric(rotationRange), tx: symmetric(heightShiftRange) * side,
      ty: symmetric(widthShiftRange) * side, shear: symmetric(shearRange), zx: 1 + symmetric(zoomRange),
      zy: 1 + symmetric(zoomRange), flip: generator.nextUnit() < 0.5 && horizontalFlip)
  }

  /// Applies a transformation.
  ///
  /// - Parameters:
  ///   - transform: Rotation, shifts and zoom within some thousands of pixels.
  ///   - picture: [48, 48] grey values.
  ///   - output: [48, 48] floats, ``rescale`` times the interpolated grey values.
  public func apply(
    _ transform: KerasTransform, to picture: UnsafePointer<UInt8>, into output: UnsafeMutablePointer<Float>
  ) {
    let side = FacePictures.side
    PictureWarp(map: Self.map(transform, version: version), outputSide: side, border: .nearest)
      .write(picture, gain: rescale, bias: 0, into: output)
  }

  /// Draws and applies the transformation of one picture in one epoch, the same whenever it is asked for.
  ///
  /// - Parameters:
  ///   - picture: [48, 48] grey values.
  ///   - index: The picture's position in what is trained on, below 2^32.
  ///   - output: [48, 48] floats.
  public func write(
    _ picture: UnsafePointer<UInt8>, seed: UInt64, epoch: Int, index: Int,
    into output: UnsafeMutablePointer<Float>
  ) {
    var generator = SeededGenerator(seed: seed, epoch: epoch, index: index)
    apply(transform(using: &generator), to: picture, into: output)
  }

  /// The product rotation x shift x shear x zoom on (x, y), about the middle, then the flip.
  static func map(_ transform: KerasTransform, version: Version) -> AffineMap {
    let theta = transform.theta * .pi / 180
    let shear = transform.shear * .pi / 180
    let (cosine, sine) = (cos(theta), sin(theta))
    let xFromX = cosine * transform.zx
    let xFromY = (-cosine * sin(shear) - sine * cos(shear)) * transform.zy
    let yFromX = sine * transform.zx
    let yFromY = (-sine * sin(shear) + cosine * cos(shear)) * transform.zy
    // The shift stands before the shear, so only the rotation turns it.
    let middle = version.middle(side: FacePictures.side)
    let x0 = middle + cosine * transform.tx - sine * transform.ty - (xFromX + xFromY) * middle
    let y0 = middle + sine * transform.tx + cosine * transform.ty - (yFromX + yFromY) * middle
    let map =
      switch version {
      case .keras2_9: AffineMap(xx: xFromX, xy: xFromY, x0: x0, yx: yFromX, yy: yFromY, y0: y0)
      case .kerasPreprocessing: AffineMap(xx: yFromY, xy: yFromX, x0: y0, yx: xFromY, yy: xFromX, y0: x0)
      }
    return transform.flip ? map.mirrored(outputSide: FacePictures.side) : map
  }
}

extension SeededGenerator {
  /// The random numbers that belong to one picture in one epoch.
  public init(seed: UInt64, epoch: Int, index: Int) {
    self.init(seed: seed, stream: UInt64(truncatingIfNeeded: epoch) << 32 | UInt64(truncatingIfNeeded: index))
  }
}
