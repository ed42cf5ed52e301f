import Faces
import Imaging
import Testing

@testable import Pipeline

@Suite struct VariantEncodingTests {
  private func picture(width: Int = 320, height: Int = 240) throws -> Picture {
    try Picture(width: width, height: height, subsampling: .yuv420, luma: 100)
  }

  private let face = LabelledFace(
    id: 3, box: PixelRectangle(x: 80, y: 80, width: 120, height: 120), emotion: .happiness, confidence: 0.93,
    scores: EmotionScores([0.01, 0.01, 0.01, 0.93, 0.01, 0.01, 0.02]), isUncertain: false)

  private func decode(_ output: VariantEncoding.Output) throws -> Picture {
    try JPEGDecoder().decode(output.jpeg)
  }

  /// The largest difference of a luma sample from the background.
  private func contrast(_ picture: Picture) -> Int {
    let plane = picture.planes[0]
    return picture.withBytes { bytes in
      var largest = 0
      for row in 0..<plane.height {
        for column in 0..<plane.width {
          largest = max(largest, abs(Int(bytes[plane.offset + row * plane.bytesPerLine + column]) - 100))
        }
      }
      return largest
    }
  }

  @Test func overlayIsDrawnOnlyWhereItIsWanted() throws {
    var encoding = VariantEncoding(try picture(), faces: [face], quality: 90, encoder: try JPEGEncoder())
    let plain = try decode(try encoding.output(FrameVariant(hasOverlay: false)))
    #expect(contrast(plain) < 5)
    for width in [nil, 160, 64] {
      let drawn = try decode(try encoding.output(FrameVariant(maximumWidth: width)))
      #expect(contrast(drawn) > 60)
    }
  }

  @Test func smallerVariantsKeepTheProportions() throws {
    let picture = try picture(width: 321, height: 241)
    var encoding = VariantEncoding(picture, faces: [face], quality: 90, encoder: try JPEGEncoder())
    for (asked, width, height) in [(160, 160, 120), (16, 16, 12), (321, 321, 241), (4096, 321, 241)] {
      let output = try encoding.output(FrameVariant(maximumWidth: asked))
      #expect((output.width, output.height) == (width, height))
      let decoded = try decode(output)
      #expect((decoded.width, decoded.height) == (width, height))
    }
  }

  @Test func veryFlatPictureKeepsARow() throws {
    let picture = try picture(width: 400, height: 2)
    var encoding = VariantEncoding(picture, faces: [], quality: 90, encoder: try JPEGEncoder())
    let output = try encoding.output(FrameVariant(maximumWidth: 16))
    #expect((output.width, output.height) == (16, 1))
  }

  @Test func variantsThatComeOutTheSameAreTheSameBytes() throws {
    let encoder = try JPEGEncoder()
    var encoding = VariantEncoding(try picture(), faces: [], quality: 90, encoder: encoder)
    let standard = try encoding.output(.standard).jpeg
    for variant in [FrameVariant(hasOverlay: false), FrameVariant(maximumWidth: 4096)] {
      let jpeg = try encoding.output(variant).jpeg
      #expect(jpeg == standard)
    }
  }

  @Test func whatTheCameraCompressedIsPassedOnWhereNothingIsDrawn() throws {
    let picture = try picture()
    let encoder = try JPEGEncoder()
    let original = try encoder.encode(picture, quality: 33)
    var plain = VariantEncoding(picture, faces: [], quality: 90, encoder: encoder, original: original)
    #expect(try plain.output(.standard).jpeg == original)
    #expect(try plain.output(FrameVariant(maximumWidth: 160)).jpeg != original)
    var drawn = VariantEncoding(picture, faces: [face], quality: 90, encoder: encoder, original: original)
    #expect(try drawn.output(.standard).jpeg != original)
    #expect(try drawn.output(FrameVariant(hasOverlay: false)).jpeg == original)
  }

  @Test func hubKeepsVariantsApart() {
    let hub = FrameHub()
    let variant = FrameVariant(maximumWidth: 160)
    #expect(hub.watchedVariants == [])
    let other = hub.subscribe(to: variant) { _ in }
    let standard = hub.subscribe { _ in }
    let again = hub.subscribe(to: variant) { _ in }
    #expect(hub.watchedVariants == [.standard, variant])
    other.cancel()
    other.cancel()
    #expect(hub.watchedVariants == [.standard, variant])
    again.cancel()
    #expect(hub.watchedVariants == [.standard])
    standard.cancel()
    #expect(!hub.isWatched)
  }
}
