import Datasets
import Evaluation
import Training

/// Measures a network on parts of the pictures, by views.
final class ModelMeasurement {
  private let classifier: PictureClassifier
  private let evaluation: EvaluationProtocol
  private let pictures: FacePictures
  private let views: [EvaluateCommand.Views]
  private let parts: Set<ResultPart>
  private let line = StepLine()
  private let signals = StopSignals()
  /// A row a part and view.
  private(set) var rows: [[String]] = []
  private var calibration: CalibrationTable

  init(
    classifier: PictureClassifier, pictures: FacePictures, evaluation: EvaluationProtocol,
    views: [EvaluateCommand.Views], parts: Set<ResultPart>
  ) {
    self.classifier = classifier
    self.pictures = pictures
    self.evaluation = evaluation
    self.views = views
    self.parts = parts
    calibration = CalibrationTable(fileTemperature: classifier.temperature)
  }

  private var table: Table {
    Table(
      columns: [.init("Part"), .init("Views"), .init("Pictures", .trailing), .init("Accuracy", .trailing)]
        + ["95 % interval", "Weighted F1"].map { .init($0, .trailing) },
      rows: rows)
  }

  /// What limits the figures: pictures that trained the network and are now judged by.
  private var caveat: String? {
    guard let trained = classifier.trainingParts else {
      return Self.caveat(classifier.doubt ?? .unsaid)
    }
    if trained.isFair(measuredOn: evaluation) { return nil }
    return
      "This network was trained on the parts \(trained.name), so that pictures it is measured on here trained it: the "
      + "figures are too high."
  }

  private static func caveat(_ doubt: TrainingOrigin.Doubt) -> String {
    switch doubt {
    case .unsaid:
      "The file does not say which pictures trained this network: the figures hold only if none of these did."
    case .otherData:
      "This network was trained on other data: some of these pictures may have trained it, and the figures hold only if "
        + "none did."
    case .unknownStart:
      "Nothing says which pictures trained what this network began with: the figures hold only if none of these did."
    }
  }

  /// Measures. The parts of the result are of plain pictures; the other views stand in a section of their own.
  func result(name: String, title: String) throws -> ModelResult {
    let labelling = classifier.labelling
    let (chosen, split) = try evaluation.split(pictures)
    let data = TrainingData(
      pictures: chosen, labels: chosen.labels.map { labelling.label(of: $0) },
      classNames: labelling.classNames)
    var result = ModelResult(name: name, title: title, data: data)
    result.facts["split"] = evaluation.explanation
    result.caveats = [evaluation.caveat(trainedOn: classifier.trainingParts)].compactMap { $0 }
    var unique: Set<Int>?
    if evaluation == .official || evaluation == .leakFree {
      unique = Set(Split.testPicturesOfNoOtherPart(chosen))
    }
    if let caveat { result.caveats.append(caveat) }
    let parts = split.parts(parts)
    guard !parts.isEmpty else {
      throw CommandFailure(
        status: .badData, message: "the data have no pictures in the parts that \(evaluation.name) judges by")
    }
    for (part, places) in parts {
      for view in views {
        let outputs = try classifier.outputs(of: places, in: chosen, views: view.kind) { done in
          line.update("\(part.rawValue), \(view.rawValue)", done, of: places.count)
          try signals.check(.stoppedWithoutTrace)
        }
        let said = PartPredictions(
          part: part.rawValue, places: places, data: data, probabilities: try outputs.probabilities(),
          logits: outputs.logits)
        if part == .validation {
          try calibration.fit(outputs, trueLabels: said.trueLabels, view: view.rawValue)
        }
        try calibration.add(
          outputs, trueLabels: said.trueLabels, part: part.rawValue, view: view.rawValue)
        // As the daemon says it.
        let shown = PartPredictions(
          part: part.rawValue, places: places, data: data,
          probabilities: try outputs.probabilities(temperature: classifier.temperature))
        try note(shown, view, labels: data.classNames)
        var uniqueSaid: PartPredictions?
        if part == .test, let unique, !unique.isEmpty {
          uniqueSaid = try said.selecting(part: "test-unique", kept: unique, data: data)
          try note(
            shown.selecting(part: "test-unique", kept: unique, data: data), view, labels: data.classNames)
        }
        guard view == .plain else { continue }
        try result.add(
          said, temperature: part == .test ? calibration.fittedTemperature(view.rawValue) : nil)
        if let uniqueSaid { try result.add(uniqueSaid) }
      }
    }
    result.sections.append(
      .init(
        heading: "Views",
        blocks: [
          .paragraph(
            "Of several views of a picture the softmax probabilities are averaged, each at the file's temperature, "
              + "\(NumberText.short(classifier.temperature)). flip: the picture and its mirror "
              + "image; ten-crop: four corners and the middle of \(EvaluateCommand.cropSide)x"
              + "\(EvaluateCommand.cropSide) pixels, each also mirrored, enlarged to 48x48."),
          .table(table),
        ]))
    result.sections.append(
      .init(
        heading: "Calibration by views",
        blocks: [.paragraph(calibration.explanation), .table(calibration.table)]))
    return result
  }

  private func note(_ said: PartPredictions, _ view: EvaluateCommand.Views, labels: [String]) throws {
    let metrics = try ClassificationMetrics(
      trueLabels: said.trueLabels, predictedLabels: said.predictedLabels, labels: labels)
    rows.append([
      said.part, view.rawValue, NumberText.grouped(metrics.sampleCount),
      NumberText.fixed(metrics.accuracy, decimals: 4), NumberText.percent(metrics.accuracyInterval),
      NumberText.fixed(metrics.weightedF1, decimals: 4),
    ])
  }

  /// What is printed.
  func text(of result: ModelResult) -> String {
    var text = table.plainText()
    text += "Of several views the softmax probabilities are averaged, at the file's temperature, "
    text += "\(NumberText.short(classifier.temperature)).\n"
    if let caveat { text += "Caution: \(caveat)\n" }
    guard let judged = result.judged else { return text }
    text += "\nClassification report, \(judged.predictions.part), plain\n\n"
    text += judged.evaluation.metrics.report.plainText()
    text += "\nCalibration\n\n\(calibration.table.plainText())\(calibration.explanation)\n"
    return text
  }
}
