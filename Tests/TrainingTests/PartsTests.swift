import Datasets
import Evaluation
import SupportVectors
import Tensors
import Testing

@testable import Training

@Suite struct PartsTests {
  @Test func thePartsThatAreWanted() {
    let split = Split(train: [0, 1], validation: [2], test: [3, 4])
    #expect(split.parts([.test, .train, .validation]).map { $0.part } == [.train, .validation, .test])
    #expect(split.parts([.validation]).map { $0.places } == [[2]])
    let unvalidated = Split(train: [0], validation: [], test: [1])
    #expect(unvalidated.parts([.train, .validation]).map { $0.part } == [.train])
  }

  /// The notebook's split for VGG19: the test part is told of once, as what it is, and where it is not told of the
  /// validation part is.
  @Test func aPartThatStandsForTwo() {
    let split = Split(train: [0, 1], validation: [2], test: [2])
    #expect(split.parts(Set(ResultPart.allCases)).map { $0.part } == [.train, .test])
    #expect(split.parts([.train, .validation]).map { $0.part } == [.train, .validation])
  }

  /// A result without the test part is judged by its last one, everywhere.
  @Test func aResultWithoutTheTestPart() throws {
    let data = SmallTask.data(count: 12)
    var result = ModelResult(name: "mlp", title: "A test", data: data)
    for part in [ResultPart.train, .validation] {
      try result.add(
        PartPredictions(
          part: part.rawValue, places: Array(0..<12), data: data, predictedLabels: data.labels))
    }
    #expect(result.judged?.predictions.part == "validation")
    let names = try ResultFigures(result: result).all().map { $0.name }
    #expect(names.contains("confusion-matrix-validation"))
    #expect(!names.contains { $0.contains("test") })
    let report = try ResultReport(result: result).report(footer: "")
    #expect(report.summary.contains("validation part"))
    let table = SummaryTable([result.document()])
    #expect(table.csv.rows[0][3] == "1.000000")
    #expect(Array(table.csv.rows[0][5...]) == ["", "", "", "", ""])
    #expect(ComparisonReport.report([result.document()], footer: "").summary == "No result has a test part.")
  }

  /// The solver's limit of steps is no secret.
  @Test func pairsThatWereNotSolvedAreNamed() throws {
    var random = SeededGenerator(seed: 6)
    let samples = try FeatureMatrix(
      rows: 60, columns: 3, values: (0..<180).map { _ in random.nextNormal() })
    let labels = (0..<60).map { $0 % 3 }
    var settings = SupportVectorClassifier.Settings()
    let solved = try SupportVectorClassifier.train(on: samples, labels: labels, settings: settings)
    let names = ["one", "two", "three"]
    #expect(SupportVectorRun.caveat(of: solved.pairs, classNames: names) == nil)
    settings.maximumIterations = 1
    let unsolved = try SupportVectorClassifier.train(on: samples, labels: labels, settings: settings)
    let caveat = try #require(SupportVectorRun.caveat(of: unsolved.pairs, classNames: names))
    for pair in ["one and two", "one and three", "two and three"] { #expect(caveat.contains(pair)) }
  }
}
