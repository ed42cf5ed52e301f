import Imaging
import NeuralNetwork

/// Turns a face in a picture into what the network sees. The trainer, the daemon and the tests all call this.
public enum FacePreprocessing {
  /// How much larger than the detector's box the square is that the network sees.
  ///
  /// FER2013's pictures are about as large as the box that the default cascade finds in them: over 971 of 1200
  /// pictures with exactly one hit, the box spans 0.98 of the picture's width (median; quartiles 0.90 and 1.04)
  /// and sits in its middle. 1 / 0.98 is the margin as in training.
  public static let boxScale = 1.02

  /// Writes the network's input for one face: grey, 48x48, 0...1, resampled by a triangle filter.
  ///
  /// - Parameters:
  ///   - picture: Where the face is.
  ///   - box: The detector's box, not empty.
  ///   - input: 48 * 48 floats.
  public static func writeInput(
    of box: PixelRectangle, in picture: Picture, to input: UnsafeMutablePointer<Float>
  ) {
    let side = Double(max(box.width, box.height)) * boxScale
    let region = PictureRegion(
      x: Double(box.x) + (Double(box.width) - side) / 2, y: Double(box.y) + (Double(box.height) - side) / 2,
      width: side, height: side)
    writeInput(of: region, in: picture, to: input)
  }

  /// The same for any region; for FER2013's pictures, the whole picture, which passes unchanged.
  public static func writeInput(
    of region: PictureRegion, in picture: Picture, to input: UnsafeMutablePointer<Float>
  ) {
    picture.resampleLuma(
      region, width: VGG19.inputSide, height: VGG19.inputSide, scale: 1 / 255, into: input)
  }

  /// Writes the mirror image of an input.
  ///
  /// - Parameters:
  ///   - input: 48 * 48 floats.
  ///   - mirrored: 48 * 48 floats, other memory.
  public static func writeMirrored(
    _ input: UnsafePointer<Float>, to mirrored: UnsafeMutablePointer<Float>
  ) {
    let side = VGG19.inputSide
    for y in 0..<side {
      for x in 0..<side { mirrored[y * side + x] = input[y * side + side - 1 - x] }
    }
  }
}
