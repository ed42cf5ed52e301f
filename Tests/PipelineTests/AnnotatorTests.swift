import Faces
import Imaging
import Testing

@testable import Pipeline

@Suite struct AnnotatorTests {
  private static func face(_ box: PixelRectangle, uncertain: Bool = false) -> LabelledFace {
    LabelledFace(
      id: 12, box: box, emotion: .surprise, confidence: 0.456,
      scores: EmotionScores([0.1, 0.1, 0.1, 0.1, 0.1, 0.456, 0.044]), isUncertain: uncertain)
  }

  @Test func theLabelSaysIdEmotionAndConfidence() {
    let box = PixelRectangle(x: 0, y: 0, width: 10, height: 10)
    #expect(Annotator.label(of: Self.face(box)) == "#12 surprise 46%")
    #expect(Annotator.label(of: Self.face(box, uncertain: true)) == "#12 surprise? 46%")
  }

  @Test(arguments: [(.nan, "0%"), (.infinity, "100%"), (-1, "0%")] as [(Float, String)])
  func aConfidenceThatIsNoneEndsNothing(confidence: Float, percent: String) {
    var face = Self.face(PixelRectangle(x: 0, y: 0, width: 10, height: 10))
    face.confidence = confidence
    #expect(Annotator.label(of: face) == "#12 surprise \(percent)")
  }

  @Test(arguments: [0, 128, 255] as [UInt8]) func theBoxStandsOutOnAnyGround(ground: UInt8) throws {
    var picture = try Picture(width: 640, height: 480, subsampling: .yuv420, luma: ground)
    let box = PixelRectangle(x: 200, y: 150, width: 120, height: 120)
    Annotator.draw([Self.face(box)], on: &picture)
    // A light line and a dark one beside it: one of them differs from every ground.
    let across = (190...215).map { Int(picture.luma(x: $0, y: 210)) }
    #expect((across.max() ?? 0) - (across.min() ?? 0) > 100)
    #expect(picture.luma(x: 260, y: 210) == ground)
    // The bar above is dark, the text on it light.
    let bar = (120..<149).flatMap { y in (200..<320).map { Int(picture.luma(x: $0, y: y)) } }
    #expect((bar.min() ?? 255) < 90 && (bar.max() ?? 0) > 230)
  }

  @Test(arguments: [
    PixelRectangle(x: 0, y: 0, width: 60, height: 60), PixelRectangle(x: 600, y: 0, width: 40, height: 40),
    PixelRectangle(x: 600, y: 440, width: 40, height: 40),
    PixelRectangle(x: 0, y: 0, width: 640, height: 480),
    PixelRectangle(x: 300, y: 200, width: 1, height: 1),
  ])
  func theLabelStaysInTheFrame(box: PixelRectangle) throws {
    // As much light text as where there is room on all sides: none of it was cut off.
    let expected = try Self.textPixels(around: PixelRectangle(x: 200, y: 200, width: 100, height: 100))
    #expect(expected > 100)
    #expect(try Self.textPixels(around: box) == expected)
  }

  private static func textPixels(around box: PixelRectangle) throws -> Int {
    var picture = try Picture(width: 640, height: 480, subsampling: .yuv422, luma: 128)
    Annotator.draw([Self.face(box)], on: &picture)
    var count = 0
    for y in 0..<480 { for x in 0..<640 where picture.luma(x: x, y: y) > 220 { count += 1 } }
    return count
  }

  @Test(arguments: [(16, 16), (1, 1), (33, 200), (3840, 2160)]) func anySizeOfFrameIsDrawnOn(
    width: Int, height: Int
  ) throws {
    var picture = try Picture(width: width, height: height, subsampling: .yuv420, luma: 128)
    let before = picture.withBytes { Array($0) }
    Annotator.draw([Self.face(PixelRectangle(x: 0, y: 0, width: width, height: height))], on: &picture)
    #expect(picture.withBytes { Array($0) } != before)
  }
}
