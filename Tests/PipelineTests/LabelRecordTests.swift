import Faces
import Foundation
import Imaging
import Testing

@testable import Pipeline

@Suite struct LabelRecordTests {
  static let face = LabelledFace(
    id: 3, box: PixelRectangle(x: 10, y: 20, width: 30, height: 40), emotion: .happiness, confidence: 0.93,
    scores: EmotionScores([0.01, 0.01, 0.01, 0.93, 0.01, 0.01, 0.02]), isUncertain: false)

  @Test func oneLineInTheDocumentedOrder() {
    let record = LabelRecord(
      wallClockNanoseconds: 1_772_366_096_789_000_000, frame: 7, width: 640, height: 480, faces: [Self.face])
    #expect(
      record.json
        == #"{"time":"2026-03-01T11:54:56.789Z","frame":7,"width":640,"height":480,"faces":[{"id":3,"#
        + #""box":{"x":10,"y":20,"width":30,"height":40},"emotion":"happiness","confidence":0.9300,"#
        + #""uncertain":false,"scores":{"anger":0.0100,"disgust":0.0100,"fear":0.0100,"happiness":0.9300,"#
        + #""sadness":0.0100,"surprise":0.0100,"neutral":0.0200}}]}"#)
  }

  @Test func aFrameWithoutFacesHasAnEmptyList() throws {
    let record = LabelRecord(wallClockNanoseconds: 0, frame: 0, width: 1, height: 1, faces: [])
    #expect(record.json.hasSuffix(#""faces":[]}"#))
    #expect(try JSONSerialization.jsonObject(with: Data(record.json.utf8)) is [String: Any])
  }

  @Test(arguments: [
    "plain.jpg", "quote\".jpg", "back\\slash", "line\nfeed\ttab\u{1}", "Gesichter/häppy 😀.png",
  ])
  func fileNamesSurvive(name: String) throws {
    let record = LabelRecord(wallClockNanoseconds: 0, frame: 0, width: 1, height: 1, file: name, faces: [])
    let object = try #require(JSONSerialization.jsonObject(with: Data(record.json.utf8)) as? [String: Any])
    #expect(object["file"] as? String == name)
    #expect(!record.json.contains("\n"))
  }

  @Test func timesAgreeWithFoundation() throws {
    let formatter = ISO8601DateFormatter()
    formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
    var seconds: UInt64 = 0
    while seconds < 8_000_000_000 {
      let text = RFC3339.string(nanosecondsSince1970: seconds * 1_000_000_000 + 250_000_000)
      let date = try #require(formatter.date(from: text), "\(text)")
      #expect(abs(date.timeIntervalSince1970 - Double(seconds) - 0.25) < 0.001)
      seconds += 86_400 * 29 + 12_345
    }
  }

  @Test func fractionsHaveFourDecimals() {
    #expect(JSONText.fraction(0) == "0.0000")
    #expect(JSONText.fraction(0.00004) == "0.0000")
    #expect(JSONText.fraction(0.5) == "0.5000")
    #expect(JSONText.fraction(0.99996) == "1.0000")
    #expect(JSONText.fraction(1) == "1.0000")
    #expect(JSONText.fraction(.infinity) == "1.0000")
    #expect(JSONText.fraction(-.infinity) == "0.0000")
    #expect(JSONText.fraction(.nan) == "0.0000")
  }
}
