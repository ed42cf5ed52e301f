import Foundation

@testable import Evaluation

/// Text that would do harm where it is taken for markup, for a terminal's or for a font's commands.
let hostileText =
  "</title><script>alert('1')</script>\u{1b}[31m\u{202e}\u{0}\"&amp;\u{ffff}😀"
  + String(repeating: "long ", count: 80)

/// Every kind of figure with made-up data: ordinary, empty, and as odd as it can be.
enum SampleFigures {
  static let labels = ["anger", "disgust", "fear"]

  static func picture(_ seed: Int) throws -> GreyPicture {
    try GreyPicture(
      width: 48, height: 48, pixels: (0..<48 * 48).map { UInt8(truncatingIfNeeded: ($0 * 7 + seed * 31) / 5) }
    )
  }

  static func ordinary() throws -> [any Figure] {
    let matrix = try ConfusionMatrix(counts: [[30, 4, 0], [2, 9, 1], [0, 11, 20]])
    let report = try ClassificationReport(matrix: matrix, labels: labels)
    let history = TrainingHistory(
      epochs: (1...12).map { epoch in
        .init(
          epoch: epoch, trainLoss: 2 / Double(epoch), trainAccuracy: 1 - 0.6 / Double(epoch),
          validationLoss: 1.5 / Double(epoch) + 0.5, validationAccuracy: 0.7 - 0.4 / Double(epoch),
          learningRate: epoch < 6 ? 1e-3 : 2e-5, seconds: 10)
      })
    let confidences = (0..<60).map { 0.3 + Double($0) / 100 }
    let curve = try CalibrationCurve(confidences: confidences, correct: confidences.map { $0 > 0.6 })
    let pictures = try (0..<3).map(picture)
    return [
      ConfusionMatrixFigure(matrix: matrix, labels: labels, title: "Confusion"),
      TrainingCurvesFigure(history: history, title: "Curves"),
      LearningRateFigure(history: history, title: "Rate"),
      ClassScoresFigure(report: report, title: "Scores"),
      LabelCountsFigure(labels: labels, counts: [12, 3, 0], title: "Counts"),
      LabelCountsFigure(
        labels: labels,
        parts: [.init(name: "train", counts: [9, 8, 7]), .init(name: "test", counts: [3, 2, 1])],
        title: "Parts"),
      ReliabilityFigure(curve: curve, title: "Reliability"),
      SampleGridFigure(rows: labels.map { .init(label: $0, pictures: pictures) }, title: "Samples"),
      ErrorGridFigure(
        samples: pictures.map {
          .init(picture: $0, trueLabel: "fear", predictedLabel: "anger", confidence: 0.9)
        }, title: "Errors"),
      ComparisonFigure(
        models: ["SVM", "MLP"],
        series: [
          .init(name: "notebook", scores: [.init(0.43), .init(0.33)]),
          .init(name: "ours", scores: [.init(0.44, interval: .init(wilsonOf: 44, outOf: 100))]),
        ], scoreName: "Accuracy", title: "Comparison"),
    ]
  }

  static func empty() throws -> [any Figure] {
    [
      ConfusionMatrixFigure(matrix: try .init(counts: [[0, 0], [0, 0]]), labels: [], title: ""),
      TrainingCurvesFigure(history: .init(), title: ""), LearningRateFigure(history: .init(), title: ""),
      LabelCountsFigure(labels: [], counts: [], title: ""),
      SampleGridFigure(rows: [], title: ""), ErrorGridFigure(samples: [], title: ""),
      ComparisonFigure(models: [], series: [], scoreName: "", title: ""),
    ]
  }

  static func odd() throws -> [any Figure] {
    let one = try ConfusionMatrix(counts: [[1]])
    let large = try ConfusionMatrix(
      counts: (0..<30).map { row in (0..<30).map { $0 == row ? 1_000_000_000 : 0 } })
    let notFinite = TrainingHistory(epochs: [
      .init(epoch: 0, trainLoss: .nan, trainAccuracy: .infinity, learningRate: .nan),
      .init(epoch: 3, trainLoss: 1e300, validationLoss: -1e300, learningRate: 0),
      .init(epoch: 1_000_000_000, trainLoss: .infinity, validationAccuracy: -5, learningRate: 1e300),
    ])
    let farthest = TrainingHistory(epochs: [
      .init(epoch: .min, trainLoss: 1, learningRate: 1), .init(epoch: .max, trainLoss: 2, learningRate: 0.1),
    ])
    let overflowing = try JSONDecoder().decode(
      CalibrationCurve.self,
      from: Data(
        """
        {"binning":"equalWidth","sampleCount":-1,"expectedCalibrationError":1e300,
        "maximumCalibrationError":-1,"bins":[{"lowerBound":-1e300,"upperBound":1e300,
        "count":9223372036854775807,"meanConfidence":-1e300,"accuracy":1e300}]}
        """.utf8))
    let dot = try GreyPicture(width: 1, height: 1, pixels: [7])
    return [
      ConfusionMatrixFigure(matrix: one, labels: [hostileText], title: hostileText),
      ConfusionMatrixFigure(matrix: large, labels: [], title: "Thirty"),
      TrainingCurvesFigure(history: .init(epochs: [.init(epoch: 1, trainLoss: 1)]), title: hostileText),
      TrainingCurvesFigure(history: notFinite, title: "Diverged", criterion: .validationLoss),
      LearningRateFigure(history: notFinite, title: hostileText),
      TrainingCurvesFigure(history: farthest, title: "Farthest epochs"),
      LearningRateFigure(history: farthest, title: "Farthest epochs"),
      ReliabilityFigure(curve: overflowing, title: "Overflowing"),
      ClassScoresFigure(report: try .init(matrix: one, labels: [hostileText]), title: hostileText),
      LabelCountsFigure(labels: [hostileText, "", ""], counts: [.max, .min], title: hostileText),
      ReliabilityFigure(curve: try .init(confidences: [1], correct: [false]), title: hostileText),
      ReliabilityFigure(
        curve: try .init(confidences: [0.5, 0.5], correct: [false, true], binning: .equalMass), title: "Mass"),
      SampleGridFigure(
        rows: [.init(label: hostileText, pictures: []), .init(label: "", pictures: [dot])],
        title: hostileText, columnCount: -3),
      ErrorGridFigure(
        samples: Array(
          repeating: .init(
            picture: dot, trueLabel: hostileText, predictedLabel: hostileText, confidence: .nan), count: 130),
        title: hostileText, columnCount: 1_000),
      ComparisonFigure(
        models: [hostileText, ""],
        series: (0..<7).map { .init(name: hostileText, scores: $0 == 0 ? [] : [.init(.nan), .init(1e300)]) },
        scoreName: hostileText, title: hostileText),
    ]
  }
}
