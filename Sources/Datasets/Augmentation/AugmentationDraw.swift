import Glibc

/// What an ``Augmentation`` drew for one picture.
public struct AugmentationDraw: Sendable, Equatable {
  /// Mirrored left to right.
  public var flip = false
  /// To the right, as part of the picture's side.
  public var shiftX = 0.0
  /// Down, as part of the picture's side.
  public var shiftY = 0.0
  /// Clockwise, as rows run down.
  public var rotationDegrees = 0.0
  /// Of rows against each other.
  public var shearDegrees = 0.0
  /// How much larger.
  public var scale = 1.0
  /// Width over height of what was square.
  public var aspect = 1.0
  /// The left edge of what is cut out, in pixels; nil for the middle.
  public var cropX: Int?
  /// The upper edge of what is cut out, in pixels; nil for the middle.
  public var cropY: Int?
  /// What grey values are multiplied by.
  public var brightness = 1.0
  /// What their distance from the mean is multiplied by.
  public var contrast = 1.0
  /// A rectangle that is covered.
  public var erased: ErasedRectangle?

  /// Nothing changes.
  public init() {}

  /// From the output back to the picture: every change undone in the opposite order.
  func map(cropSide: Int, outputSide: Int) -> AffineMap {
    let side = Double(FacePictures.side)
    let margin = side - Double(cropSide)
    let theta = rotationDegrees * .pi / 180
    let (cosine, sine, slope) = (cos(theta), sin(theta), tan(shearDegrees * .pi / 180))
    let across = (flip ? -1 : 1) / (scale * aspect.squareRoot())
    let down = aspect.squareRoot() / scale
    // Stretch⁻¹ x shear⁻¹ x rotation⁻¹.
    let matrix = (
      xx: across * (cosine + slope * sine), xy: across * (sine - slope * cosine), yx: down * -sine,
      yy: down * cosine
    )
    // The crop's middle relative to the picture's, before the shift.
    let offsetX = (cropX.map { Double($0) - margin / 2 } ?? 0) - shiftX * side
    let offsetY = (cropY.map { Double($0) - margin / 2 } ?? 0) - shiftY * side
    let middle = (side - 1) / 2
    return AffineMap(
      centerX: middle + matrix.xx * offsetX + matrix.xy * offsetY,
      centerY: middle + matrix.yx * offsetX + matrix.yy * offsetY, matrix: matrix,
      windowSide: Double(cropSide),
      outputSide: outputSide)
  }
}
