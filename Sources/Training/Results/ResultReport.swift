import Evaluation

/// The page about one model.
struct ResultReport {
  let result: ModelResult

  func report(footer: String) throws(FigureError) -> Report {
    var report = Report(title: result.title, summary: summary, keyFigures: keyFigures, footer: footer)
    report.sections.append(Report.Section(heading: "Scores", blocks: scoreBlocks))
    report.sections += result.sections
    let figures = ResultFigures(result: result)
    if let part = result.judged {
      let words = ResultFigures.words(part.predictions.part)
      report.sections.append(
        Report.Section(
          heading: "By class",
          blocks: [
            .figure(figures.confusion(part), caption: "Rows are true classes, columns what the model said."),
            .figure(figures.scores(part)),
            .table(part.evaluation.metrics.report.table(), caption: "Classification report, \(words)"),
          ]))
      if let section = calibrationSection(part, figures) { report.sections.append(section) }
      report.sections.append(
        Report.Section(heading: "Where it is wrong", blocks: [.figure(try figures.errors(part))]))
    }
    if let history = result.history, !history.epochs.isEmpty {
      report.sections.append(
        Report.Section(
          heading: "Training",
          blocks: [
            .figure(figures.curves(history)),
            .figure(LearningRateFigure(history: history, title: "Learning rate by epoch")),
            .paragraph(
              "\(history.epochs.count) epochs, \(NumberText.fixed(history.totalSeconds / 60, decimals: 1)) minutes."
            ),
          ]))
    }
    report.sections.append(
      Report.Section(
        heading: "How it was measured",
        blocks: result.caveats.map { .note(.caution, $0) } + [
          .table(
            Table(
              columns: [.init("Fact"), .init("Value")],
              rows: result.facts.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }))
        ]))
    return report
  }

  private var summary: String {
    guard let part = result.judged else { return "Nothing was measured." }
    let metrics = part.evaluation.metrics
    return "Of \(NumberText.grouped(metrics.sampleCount)) pictures of the "
      + "\(ResultFigures.words(part.predictions.part)) it names the class of "
      + "\(NumberText.grouped(metrics.confusionMatrix.correct)) rightly."
  }

  private var keyFigures: [Report.KeyFigure] {
    guard let metrics = result.judged?.evaluation.metrics else { return [] }
    var figures = [
      Report.KeyFigure(label: "Accuracy", share: metrics.accuracy, interval: metrics.accuracyInterval),
      Report.KeyFigure(
        label: "Weighted F1", value: NumberText.fixed(metrics.weightedF1, decimals: 4),
        detail: "macro \(NumberText.fixed(metrics.macroF1, decimals: 4))"),
      Report.KeyFigure(
        label: "Balanced accuracy", value: NumberText.percent(metrics.balancedAccuracy),
        detail: "recall averaged over the classes"),
    ]
    if result.isUnchanged, let notebook = NotebookResults.beside(result.name) {
      figures.append(
        Report.KeyFigure(
          label: "The notebook's \(notebook.experiment)", value: NumberText.percent(notebook.test.accuracy),
          detail: "its accuracy on its own test part"))
    }
    return figures
  }

  private var scoreBlocks: [Report.Block] {
    let rows = result.parts.map { part in
      let metrics = part.evaluation.metrics
      return [
        ResultFigures.words(part.predictions.part), NumberText.grouped(metrics.sampleCount),
        NumberText.fixed(metrics.accuracy, decimals: 4), NumberText.percent(metrics.accuracyInterval),
        NumberText.fixed(metrics.weightedF1, decimals: 4), NumberText.fixed(metrics.macroF1, decimals: 4),
        NumberText.fixed(metrics.logLoss, decimals: 4),
      ]
    }
    let titles = ["Pictures", "Accuracy", "95 % interval", "Weighted F1", "Macro F1", "Log loss"]
    var blocks: [Report.Block] = [
      .table(
        Table(columns: [.init("Part")] + titles.map { .init($0, .trailing) }, rows: rows),
        caption: "Pictures as they are, not augmented")
    ]
    if let notebook = result.notebook {
      blocks.append(.table(beside(notebook), caption: "Beside the notebook's figures"))
      blocks.append(.paragraph(NotebookResults.source + "."))
    }
    return blocks
  }

  private func beside(_ notebook: NotebookResults) -> Table {
    let rows = [("train", notebook.train), ("validation", notebook.validation), ("test", notebook.test)]
    return Table(
      columns: [.init("Part")]
        + ["Notebook, accuracy", "Ours", "Notebook, F1", "Ours"].map { .init($0, .trailing) },
      rows: rows.map { name, score in
        let metrics = result.part(name)?.evaluation.metrics
        let numbers = [score.accuracy, metrics?.accuracy, score.weightedF1, metrics?.weightedF1]
        return [ResultFigures.words(name)] + numbers.map { NumberText.fixed($0, decimals: 4) }
      })
  }

  private func calibrationSection(_ part: ModelResult.Part, _ figures: ResultFigures) -> Report.Section? {
    guard let curve = part.evaluation.calibration, let figure = figures.reliability(part) else { return nil }
    var blocks: [Report.Block] = [
      .paragraph(
        "Expected calibration error of plain pictures at temperature 1: "
          + "\(NumberText.percent(curve.expectedCalibrationError)), by which confidence and accuracy are apart on average."
      ),
      .figure(figure),
    ]
    if let temperature = part.evaluation.temperature, let after = part.evaluation.calibrationAfterScaling,
      let figure = figures.calibrated(part)
    {
      blocks += [
        .paragraph(
          "With all logits divided by \(NumberText.fixed(temperature.temperature, decimals: 3)), fitted on "
            + "\(NumberText.grouped(temperature.sampleCount)) validation pictures, it is "
            + "\(NumberText.percent(after.expectedCalibrationError))."),
        .figure(figure),
      ]
    }
    return Report.Section(heading: "Calibration", blocks: blocks)
  }
}
