/// Accuracy and loss by epoch, training and validation, with the best epoch marked.
public struct TrainingCurvesFigure: Figure {
  /// The run.
  public let history: TrainingHistory
  /// What the best epoch is chosen by.
  public let criterion: TrainingHistory.Criterion
  /// Above the curves.
  public let title: String

  /// The curves of a run.
  public init(
    history: TrainingHistory, title: String, criterion: TrainingHistory.Criterion = .validationAccuracy
  ) {
    self.history = history
    self.title = title
    self.criterion = criterion
  }

  /// How many epochs there are, which is the best, and what was measured after it and after the last.
  public var summary: String {
    guard let last = history.epochs.last else { return "Training curves without epochs." }
    func measures(_ epoch: TrainingHistory.Epoch) -> String {
      "training accuracy \(NumberText.percent(epoch.trainAccuracy)), validation accuracy "
        + "\(NumberText.percent(epoch.validationAccuracy)), training loss "
        + "\(NumberText.fixed(epoch.trainLoss, decimals: 3)), validation loss "
        + "\(NumberText.fixed(epoch.validationLoss, decimals: 3))"
    }
    let best = history.bestEpoch(by: criterion)
    return "Accuracy and loss by epoch, \(history.epochs.count) epochs. "
      + (best.map { "Best epoch \($0.epoch): \(measures($0)). " } ?? "") + "Last epoch \(last.epoch): "
      + measures(last) + "."
  }

  /// Two plots beside each other.
  public var size: FigureSize {
    FigureSize(width: 760, height: frame.headerHeight(width: 760) + 286)
  }

  /// Draws both plots.
  public func draw(on canvas: Canvas) {
    let content = frame.draw(on: canvas)
    guard !history.epochs.isEmpty else {
      canvas.emptyNote("No epochs were trained: there is nothing to draw.", in: content)
      return
    }
    let gap = 24.0
    let width = (content.width - gap) / 2
    let left = Rectangle(x: content.x, y: content.y, width: width, height: content.height)
    let right = Rectangle(x: content.x + width + gap, y: content.y, width: width, height: content.height)
    CurvePlot(
      name: "Accuracy in percent", epochs: history.epochs, best: history.bestEpoch(by: criterion),
      train: { $0.trainAccuracy.map { $0 * 100 } }, validation: { $0.validationAccuracy.map { $0 * 100 } },
      valueText: { NumberText.fixed($0, decimals: 1) + " %" }
    ).draw(on: canvas, in: left)
    CurvePlot(
      name: "Loss", epochs: history.epochs, best: history.bestEpoch(by: criterion), train: \.trainLoss,
      validation: \.validationLoss, valueText: { NumberText.fixed($0, decimals: 3) }
    ).draw(on: canvas, in: right)
  }

  private var frame: FigureFrame {
    guard !history.epochs.isEmpty else { return FigureFrame(title: title) }
    var explanation: String
    if let best = history.bestEpoch(by: criterion) {
      let name = criterion == .validationLoss ? "lowest validation loss" : "highest validation accuracy"
      explanation = "The dashed line marks epoch \(best.epoch), the best by \(name)"
    } else {
      explanation = "No best epoch: the validation measures are missing or not finite"
    }
    let notFinite = history.epochs.reduce(0) { count, epoch in
      count
        + [epoch.trainLoss, epoch.trainAccuracy, epoch.validationLoss, epoch.validationAccuracy]
        .count { $0.map { !$0.isFinite } ?? false }
    }
    if notFinite > 0 { explanation += "; \(notFinite) values are not finite numbers and are left out" }
    return FigureFrame(
      title: title, explanation: explanation,
      legend: [
        .init(name: "training", color: .first, mark: .line(dashes: CurvePlot.trainDashes)),
        .init(name: "validation", color: .emphasis, mark: .line(dashes: [])),
      ])
  }
}

/// One measure by epoch.
private struct CurvePlot {
  /// The two lines differ by more than colour.
  static let trainDashes = [6.0, 3]

  let name: String
  let epochs: [TrainingHistory.Epoch]
  let best: TrainingHistory.Epoch?
  let train: (TrainingHistory.Epoch) -> Double?
  let validation: (TrainingHistory.Epoch) -> Double?
  let valueText: (Double) -> String

  func draw(on canvas: Canvas, in content: Rectangle) {
    canvas.text(
      name, at: Point(x: content.x, y: content.y + 6), TextStyle(size: 12, isBold: true, vertical: .middle))
    let values = epochs.flatMap { [train($0), validation($0)] }.compactMap { $0 }.filter(\.isFinite)
    let inner = content.inset(top: 26)
    guard !values.isEmpty else {
      canvas.emptyNote("This was not measured, or no value is a finite number.", in: inner)
      return
    }
    let vertical = AxisScale.linear(values, count: 6)
    let room = PlotArea.room(vertical: vertical, hasVerticalTitle: false)
    let plot = PlotArea(
      rectangle: inner.inset(left: room.left, right: 8, bottom: room.bottom),
      horizontal: .epochs(epochs.map(\.epoch), count: 8), vertical: vertical)
    plot.draw(on: canvas, horizontalTitle: "Epoch", verticalTitle: "")
    drawBest(on: canvas, plot)
    draw(train, .init(.first, width: 2, dashes: Self.trainDashes), on: canvas, plot)
    draw(validation, .init(.emphasis, width: 2), on: canvas, plot)
    if let best, let value = validation(best), value.isFinite {
      let place = plot.point(Double(best.epoch), value)
      canvas.circle(place, radius: 4.5, .paper, outline: .init(.emphasis, width: 2.5))
    }
  }

  private func draw(
    _ measure: (TrainingHistory.Epoch) -> Double?, _ stroke: Canvas.Stroke, on canvas: Canvas,
    _ plot: PlotArea
  ) {
    let points = epochs.map { plot.point(Double($0.epoch), measure($0) ?? .nan) }
    canvas.polyline(points, stroke)
    // A value between two gaps makes no line; few values on a whole line are seen better as dots.
    for (index, point) in points.enumerated() where point.isFinite {
      let isAlone =
        (index == 0 || !points[index - 1].isFinite)
        && (index == points.count - 1 || !points[index + 1].isFinite)
      if isAlone || (points.count <= 30 && stroke.dashes.isEmpty) {
        canvas.circle(point, radius: 2.5, stroke.color)
      }
    }
  }

  private func drawBest(on canvas: Canvas, _ plot: PlotArea) {
    guard let best, let value = validation(best), value.isFinite else { return }
    let x = plot.point(Double(best.epoch), plot.vertical.lower).x
    canvas.line(
      from: Point(x: x, y: plot.rectangle.y), to: Point(x: x, y: plot.rectangle.bottom),
      .init(.quiet, width: 1, dashes: [4, 3]))
    let text = "epoch \(best.epoch): \(valueText(value))"
    let half = canvas.width(of: text, size: 10) / 2
    let middle = min(
      max(x, plot.rectangle.x + half), max(plot.rectangle.right - half, plot.rectangle.x + half))
    canvas.text(
      text, at: Point(x: middle, y: plot.rectangle.y - 9), TextStyle(size: 10, horizontal: .middle))
  }
}
