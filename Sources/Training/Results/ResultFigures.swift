import Datasets
import Evaluation

/// The figures of a result, each with the name of its files.
struct ResultFigures {
  let result: ModelResult

  /// Wrong answers that are shown.
  private static let errorCount = 24

  func confusion(_ part: ModelResult.Part) -> ConfusionMatrixFigure {
    ConfusionMatrixFigure(
      matrix: part.evaluation.metrics.confusionMatrix, labels: result.data.classNames,
      title: "Confusion matrix, \(Self.words(part.predictions.part))")
  }

  func scores(_ part: ModelResult.Part) -> ClassScoresFigure {
    ClassScoresFigure(
      report: part.evaluation.metrics.report, title: "Scores by class, \(Self.words(part.predictions.part))")
  }

  func reliability(_ part: ModelResult.Part) -> ReliabilityFigure? {
    part.evaluation.calibration.map {
      ReliabilityFigure(curve: $0, title: "Confidence and accuracy, \(Self.words(part.predictions.part))")
    }
  }

  func calibrated(_ part: ModelResult.Part) -> ReliabilityFigure? {
    part.evaluation.calibrationAfterScaling.map {
      ReliabilityFigure(
        curve: $0,
        title:
          "The same at temperature \(NumberText.fixed(part.evaluation.temperature?.temperature, decimals: 3))"
      )
    }
  }

  func curves(_ history: TrainingHistory) -> TrainingCurvesFigure {
    TrainingCurvesFigure(history: history, title: "Loss and accuracy by epoch", criterion: result.criterion)
  }

  /// The wrong answers given with the most confidence; where there is none, the first ones.
  func errors(_ part: ModelResult.Part) throws(FigureError) -> ErrorGridFigure {
    let said = part.predictions
    let confidences = said.probabilities?.confidences
    var wrong = said.places.indices.filter { said.trueLabels[$0] != said.predictedLabels[$0] }
    if let confidences { wrong.sort { (confidences[$0], $1) > (confidences[$1], $0) } }
    var samples: [ErrorGridFigure.Sample] = []
    for row in wrong.prefix(Self.errorCount) {
      samples.append(
        .init(
          picture: try GreyPicture(result.data.pictures, at: said.places[row]),
          trueLabel: result.data.classNames[said.trueLabels[row]],
          predictedLabel: result.data.classNames[said.predictedLabels[row]], confidence: confidences?[row]))
    }
    return ErrorGridFigure(
      samples: samples,
      title: confidences == nil
        ? "Wrong answers, \(Self.words(said.part))" : "Most confident wrong answers, \(Self.words(said.part))"
    )
  }

  /// All with their files' names.
  func all() throws(FigureError) -> [(name: String, figure: any Figure)] {
    var figures: [(name: String, figure: any Figure)] = []
    for part in result.parts {
      let name = part.predictions.part
      figures.append(("confusion-matrix-\(name)", confusion(part)))
      guard name == result.judged?.predictions.part else { continue }
      figures.append(("class-scores-\(name)", scores(part)))
      if let figure = reliability(part) { figures.append(("reliability-\(name)", figure)) }
      if let figure = calibrated(part) { figures.append(("reliability-calibrated-\(name)", figure)) }
      figures.append(("errors-\(name)", try errors(part)))
    }
    if let history = result.history, !history.epochs.isEmpty {
      figures.append(("curves", curves(history)))
      figures.append(("learning-rate", LearningRateFigure(history: history, title: "Learning rate by epoch")))
    }
    return figures
  }

  /// A part's name as people read it.
  static func words(_ part: String) -> String {
    switch part {
    case "train": "training part"
    case "validation": "validation part"
    case "test": "test part"
    case "test-unique": "test pictures of no other part"
    default: part
    }
  }
}

extension GreyPicture {
  /// A picture of a data set.
  ///
  /// - Throws: `FigureError`, which cannot happen for pictures of 48x48.
  public init(_ pictures: FacePictures, at index: Int) throws(FigureError) {
    try self.init(width: FacePictures.side, height: FacePictures.side, pixels: Array(pictures[index]))
  }
}
