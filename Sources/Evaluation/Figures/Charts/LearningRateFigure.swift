/// The optimiser's step size by epoch, as steps; on a logarithmic axis where it changes by more than a factor
/// of ten.
public struct LearningRateFigure: Figure {
  /// The run.
  public let history: TrainingHistory
  /// Above the curve.
  public let title: String

  /// The learning rate of a run.
  public init(history: TrainingHistory, title: String) {
    self.history = history
    self.title = title
  }

  /// The first rate and every epoch that changed it.
  public var summary: String {
    guard let first = rates.first else { return "Learning rate by epoch: it was not recorded." }
    let changes = changes.prefix(40).map { "\(NumberText.short($0.rate)) from epoch \($0.epoch)" }
    return "Learning rate by epoch: \(NumberText.short(first.rate)) at first"
      + changes.map { "; " + $0 }.joined() + "."
  }

  /// One plot.
  public var size: FigureSize { FigureSize(width: 640, height: frame.headerHeight(width: 640) + 236) }

  /// Draws the curve.
  public func draw(on canvas: Canvas) {
    let content = frame.draw(on: canvas)
    guard let last = rates.last else {
      canvas.emptyNote("The learning rate was not recorded.", in: content)
      return
    }
    let values = rates.map(\.rate)
    let isLogarithmic = values.allSatisfy { $0 > 0 } && values.max()! / values.min()! > 10
    let vertical: AxisScale =
      isLogarithmic ? .logarithmic(values) : .linear(values, including: [0, values.max()! * 1.08], count: 5)
    let room = PlotArea.room(vertical: vertical, hasVerticalTitle: true)
    let plot = PlotArea(
      rectangle: content.inset(left: room.left, top: 18, right: 10, bottom: room.bottom),
      horizontal: .linear(
        rates.map { Double($0.epoch) } + [Double(last.epoch) + 1], count: 10, isWhole: true,
        reachesTicks: false), vertical: vertical)
    plot.draw(
      on: canvas, horizontalTitle: "Epoch",
      verticalTitle: isLogarithmic ? "Learning rate (logarithmic)" : "Learning rate")
    var points: [Point] = []
    for (index, entry) in rates.enumerated() {
      let end = index + 1 < rates.count ? Double(rates[index + 1].epoch) : Double(entry.epoch) + 1
      points.append(plot.point(Double(entry.epoch), entry.rate))
      points.append(plot.point(end, entry.rate))
    }
    canvas.polyline(points, .init(.first, width: 2.25))
    for step in steps {
      let start = plot.point(Double(step.first), step.rate)
      let end = plot.point(Double(step.last) + 1, step.rate)
      let text = NumberText.short(step.rate)
      guard canvas.width(of: text, size: 10) + 8 < end.x - start.x else { continue }
      canvas.text(text, at: Point(x: start.x + 5, y: start.y - 8), TextStyle(size: 10))
    }
  }

  private var rates: [(epoch: Int, rate: Double)] {
    history.epochs.compactMap { epoch in
      guard let rate = epoch.learningRate, rate.isFinite, rate >= 0 else { return nil }
      return (epoch.epoch, rate)
    }
  }

  private var changes: [(epoch: Int, rate: Double)] {
    zip(rates, rates.dropFirst()).filter { $0.rate != $1.rate }.map(\.1)
  }

  /// Epochs of one rate.
  private var steps: [(first: Int, last: Int, rate: Double)] {
    var steps: [(first: Int, last: Int, rate: Double)] = []
    for (epoch, rate) in rates {
      if let last = steps.last, last.rate == rate {
        steps[steps.count - 1].last = epoch
      } else {
        steps.append((epoch, epoch, rate))
      }
    }
    return steps
  }

  private var frame: FigureFrame {
    guard let first = rates.first, let last = rates.last else { return FigureFrame(title: title) }
    let changed = changes.count
    return FigureFrame(
      title: title,
      explanation: changed == 0
        ? "\(NumberText.short(first.rate)) in every epoch"
        : "From \(NumberText.short(first.rate)) to \(NumberText.short(last.rate)) in "
          + "\(changed) \(changed == 1 ? "step" : "steps")")
  }
}
