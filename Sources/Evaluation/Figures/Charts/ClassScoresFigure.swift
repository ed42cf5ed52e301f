/// Precision, recall and F1 of each class as bars.
public struct ClassScoresFigure: Figure {
  /// The scores.
  public let report: ClassificationReport
  /// Above the bars.
  public let title: String

  /// The bars of a report.
  public init(report: ClassificationReport, title: String) {
    self.report = report
    self.title = title
  }

  /// Every class's scores.
  public var summary: String {
    "Precision, recall and F1 by class. "
      + report.classes.map { row in
        "\(row.label): precision \(text(row.precision)), recall \(text(row.recall)), F1 \(text(row.f1)), "
          + "\(row.support) samples"
      }.joined(separator: "; ") + "."
  }

  /// As high as its classes need.
  public var size: FigureSize {
    FigureSize(
      width: 640,
      height: frame.headerHeight(width: 640) + max(bars.height, 60) + FigureFrame.margin)
  }

  /// Draws the bars.
  public func draw(on canvas: Canvas) {
    let content = frame.draw(on: canvas)
    guard !report.classes.isEmpty else {
      canvas.emptyNote("There are no classes to draw.", in: content)
      return
    }
    bars.draw(on: canvas, in: content)
  }

  private func text(_ score: Double) -> String { NumberText.fixed(score, decimals: 2) }

  private var bars: HorizontalBars {
    HorizontalBars(
      groups: report.classes.map { row in
        .init(
          name: row.label, detail: NumberText.samples(row.support),
          bars: [row.precision, row.recall, row.f1].map { .init(value: $0, text: text($0)) })
      },
      colors: [.first, .second, .third],
      axis: .linear([], including: [0, 1], count: 5), axisTitle: "Score, 0 to 1")
  }

  private var frame: FigureFrame {
    FigureFrame(
      title: title,
      legend: [
        .init(name: "precision", color: .first), .init(name: "recall", color: .second),
        .init(name: "F1", color: .third),
      ])
  }
}
