/// Accuracy by confidence, beside the diagonal of a perfectly calibrated classifier, and how many samples are
/// in each bin.
public struct ReliabilityFigure: Figure {
  /// The bins.
  public let curve: CalibrationCurve
  /// Above the diagram.
  public let title: String

  /// The reliability diagram of a calibration curve.
  public init(curve: CalibrationCurve, title: String) {
    self.curve = curve
    self.title = title
  }

  /// The errors, and every bin that holds samples.
  public var summary: String {
    let bins = curve.bins.filter { $0.count > 0 }.map { bin in
      "confidence \(NumberText.percent(bin.meanConfidence)): accuracy \(NumberText.percent(bin.accuracy)), "
        + "\(bin.count) samples"
    }
    return "Reliability diagram. " + errors + ". " + bins.joined(separator: "; ") + "."
  }

  /// A square plot with the bin counts below.
  public var size: FigureSize { FigureSize(width: 450, height: frame.headerHeight(width: 450) + 500) }

  /// Draws the bins.
  public func draw(on canvas: Canvas) {
    let content = frame.draw(on: canvas)
    let percents: (Double) -> String = { NumberText.fixed($0 * 100, decimals: 0) }
    let axis = AxisScale.linear([], including: [0, 1], count: 5, text: percents)
    let counts = AxisScale.linear(
      curve.bins.map { Double($0.count) }, including: [0, 1], count: 3, isWhole: true
    ) { NumberText.grouped($0) }
    let room = max(
      PlotArea.room(vertical: axis, hasVerticalTitle: true).left,
      PlotArea.room(vertical: counts, hasVerticalTitle: true).left)
    let side = content.width - room - 8
    let main = PlotArea(
      rectangle: Rectangle(x: content.x + room, y: content.y + 8, width: side, height: 310),
      horizontal: AxisScale(lower: 0, upper: 1, ticks: [], isLogarithmic: false), vertical: axis)
    main.draw(on: canvas, horizontalTitle: "", verticalTitle: "Accuracy, percent")
    drawBins(on: canvas, main)
    let below = PlotArea(
      rectangle: Rectangle(x: content.x + room, y: main.rectangle.bottom + 22, width: side, height: 90),
      horizontal: axis, vertical: counts)
    below.draw(
      on: canvas, horizontalTitle: "Confidence of the predicted class, percent", verticalTitle: "Samples")
    for bin in curve.bins where bin.count > 0 {
      canvas.fill(bar(bin, value: Double(bin.count), below), .fifth)
    }
  }

  private static let gapOpacity = 0.4

  private var errors: String {
    "Expected calibration error \(NumberText.percent(curve.expectedCalibrationError)), maximum "
      + "\(NumberText.percent(curve.maximumCalibrationError)), "
      + NumberText.samples(curve.sampleCount)
  }

  private var frame: FigureFrame {
    FigureFrame(
      title: title, explanation: errors,
      legend: [
        .init(name: "accuracy", color: .first),
        .init(name: "mean confidence", color: .emphasis, mark: .line(dashes: [])),
        .init(name: "too sure", color: .second, mark: .area(opacity: Self.gapOpacity)),
        .init(name: "not sure enough", color: .first, mark: .area(opacity: Self.gapOpacity)),
        .init(name: "perfect", color: .quiet, mark: .line(dashes: [5, 4])),
      ])
  }

  /// A bin's bar; one that is narrower than can be seen is widened.
  private func bar(_ bin: CalibrationCurve.Bin, value: Double, _ plot: PlotArea) -> Rectangle {
    let left = plot.point(bin.lowerBound, 0)
    let right = plot.point(min(bin.upperBound, 1), value)
    let width = max(right.x - left.x - 1.5, 1.5)
    return Rectangle(x: left.x + 0.75, y: right.y, width: width, height: left.y - right.y)
  }

  private func drawBins(on canvas: Canvas, _ plot: PlotArea) {
    for bin in curve.bins {
      guard let accuracy = bin.accuracy, let confidence = bin.meanConfidence else { continue }
      canvas.fill(bar(bin, value: min(accuracy, confidence), plot), .first)
      let whole = bar(bin, value: max(accuracy, confidence), plot)
      let gap = Rectangle(
        x: whole.x, y: whole.y, width: whole.width,
        height: bar(bin, value: min(accuracy, confidence), plot).y - whole.y)
      let isOverconfident = confidence > accuracy
      canvas.fill(gap, .paper)
      canvas.fill(gap, isOverconfident ? .second : .first, opacity: Self.gapOpacity)
      let edge = plot.point(0, confidence).y
      canvas.line(
        from: Point(x: whole.x, y: edge), to: Point(x: whole.right, y: edge), .init(.emphasis, width: 2))
    }
    canvas.line(from: plot.point(0, 0), to: plot.point(1, 1), .init(.quiet, width: 1.5, dashes: [5, 4]))
  }
}
