import Foundation
import TestSupport
import Testing

@testable import Evaluation

@Suite struct ReportDocumentTests {
  private static func document() throws -> ReportDocument {
    let logits: [Float] = [2, 0, 0, 1, 1, 0, 0, 3]
    let truth = [0, 1, 1, 1]
    let table = try ProbabilityTable(logits: logits, classCount: 2)
    return ReportDocument(
      title: "A \"title\"", createdAt: "2026-01-02T03:04:05Z", facts: ["seed": "42"],
      evaluations: [
        "test": .init(
          metrics: try .init(trueLabels: truth, probabilities: table, labels: ["no", "yes"]),
          calibration: try .init(probabilities: table, trueLabels: truth),
          temperature: try .init(fitting: logits, trueLabels: truth, classCount: 2))
      ],
      history: .init(epochs: [.init(epoch: 1, trainLoss: 0.5)]), caveats: ["made up"])
  }

  @Test func survivesJSON() throws {
    let document = try Self.document()
    let json = try document.json()
    #expect(try ReportDocument(json: json) == document)
    #expect(try document.json() == json)
    // A document without the key is one of a version that did not note it.
    #expect(document.isUnchanged == nil)
    var noted = document
    noted.isUnchanged = false
    #expect(try ReportDocument(json: try noted.json()) == noted)
    let folder = try TemporaryFolder()
    try document.write(json: "\(folder.path)/report.json")
    #expect(try folder.text("report.json") == json)
    #expect(try ReportDocument(jsonFile: "\(folder.path)/report.json") == document)
    #expect(throws: ReportDocumentError.self) { try ReportDocument(jsonFile: "\(folder.path)/missing") }
  }

  @Test func itsKeysAreStable() throws {
    let json = try JSONSerialization.jsonObject(with: Data(try Self.document().json().utf8))
    let object = try #require(json as? [String: Any])
    #expect(
      object.keys.sorted() == [
        "caveats", "createdAt", "evaluations", "facts", "format", "history", "title", "version",
      ])
    #expect(object["format"] as? String == "emotion-trainer-report" && object["version"] as? Int == 1)
    let test = try #require((object["evaluations"] as? [String: [String: Any]])?["test"])
    #expect(test.keys.sorted() == ["calibration", "metrics", "temperature"])
    let calibration = try #require(test["calibration"] as? [String: Any])
    #expect(
      calibration.keys.sorted() == [
        "binning", "bins", "expectedCalibrationError", "maximumCalibrationError", "sampleCount",
      ])
    #expect(
      (test["temperature"] as? [String: Any])?.keys.sorted() == [
        "isAtLimit", "logLossAfter", "logLossBefore", "sampleCount", "temperature",
      ])
  }

  @Test func saysWhatIsWrongWithAFile() throws {
    #expect(throws: ReportDocumentError.wrongFormat("other")) {
      try ReportDocument(json: "{\"format\":\"other\",\"version\":1}")
    }
    #expect(throws: ReportDocumentError.unknownVersion(2)) {
      try ReportDocument(json: "{\"format\":\"emotion-trainer-report\",\"version\":2}")
    }
    #expect(throws: ReportDocumentError.malformed(place: "format", reason: "the key is missing")) {
      try ReportDocument(json: "{}")
    }
    let json = try Self.document().json()
    #expect(throws: ReportDocumentError.self) { try ReportDocument(json: String(json.dropLast(9))) }
    let matrix = json.replacing("\"classes\"", with: "\"other\"")
    #expect(
      throws: ReportDocumentError.malformed(
        place: "evaluations.test.metrics.report.classes", reason: "the key is missing")
    ) { try ReportDocument(json: matrix) }
  }

  @Test func numbersForPeople() {
    #expect(NumberText.grouped(35_887) == "35,887" && NumberText.grouped(-1_000) == "-1,000")
    #expect(NumberText.grouped(.min) == "-9,223,372,036,854,775,808" && NumberText.grouped(7) == "7")
    #expect(NumberText.fixed(-0.0004, decimals: 2) == "0.00" && NumberText.fixed(nil, decimals: 2) == "–")
    #expect(NumberText.fixed(.nan, decimals: 2) == "not a number")
    #expect(NumberText.percent(0.66394) == "66.4 %" && NumberText.percent(.infinity) == "infinite")
    #expect(NumberText.percent(ConfidenceInterval(lower: 0.5, upper: 0.75)) == "50.0 to 75.0 %")
    #expect(NumberText.short(1e-7) == "1e-7" && NumberText.short(2.5e12) == "2.5e12")
    #expect(NumberText.short(0.0001) == "0.0001" && NumberText.samples(1) == "1 sample")
  }
}
