/// Scores of several models or runs beside each other, e.g. ours beside the notebook's.
public struct ComparisonFigure: Figure {
  /// One bar's score.
  public struct Score: Sendable, Equatable {
    /// A share, 0...1; nil where there is none.
    public let value: Double?
    /// Where it lies with 95 % confidence, drawn as a whisker.
    public let interval: ConfidenceInterval?

    /// A score with its interval, where there is one.
    public init(_ value: Double?, interval: ConfidenceInterval? = nil) {
      self.value = value
      self.interval = interval
    }
  }

  /// One set of bars of one colour.
  public struct Series: Sendable, Equatable {
    /// E.g. "notebook".
    public let name: String
    /// A score for each model.
    public let scores: [Score]

    /// A series by its scores, in the order of the models.
    public init(name: String, scores: [Score]) {
      self.name = name
      self.scores = scores
    }
  }

  /// The models' names.
  public let models: [String]
  /// What is compared, drawn in this order.
  public let series: [Series]
  /// What the scores are, e.g. "Accuracy on the test part".
  public let scoreName: String
  /// Above the bars.
  public let title: String

  /// A comparison of models.
  public init(models: [String], series: [Series], scoreName: String, title: String) {
    self.models = models
    self.series = series
    self.scoreName = scoreName
    self.title = title
  }

  /// Every score.
  public var summary: String {
    guard !models.isEmpty, !series.isEmpty else { return "A comparison without models." }
    let lines = models.indices.map { model in
      "\(models[model]): "
        + series.map { "\($0.name) \(NumberText.percent(score($0, model)?.value))" }.joined(separator: ", ")
    }
    return "\(scoreName). " + lines.joined(separator: "; ") + "."
  }

  /// As high as its models need.
  public var size: FigureSize {
    FigureSize(
      width: 640, height: frame.headerHeight(width: 640) + max(bars.height, 100) + FigureFrame.margin)
  }

  /// Draws the bars.
  public func draw(on canvas: Canvas) {
    let content = frame.draw(on: canvas)
    guard !models.isEmpty, !series.isEmpty else {
      canvas.emptyNote("No models: there is nothing to compare.", in: content)
      return
    }
    bars.draw(on: canvas, in: content)
  }

  private func score(_ series: Series, _ model: Int) -> Score? {
    model < series.scores.count ? series.scores[model] : nil
  }

  /// Where bars and whiskers end.
  private var ends: [Double] {
    series.flatMap(\.scores).flatMap { [$0.value, $0.interval?.upper].compactMap { $0 } }
  }

  private var bars: HorizontalBars {
    HorizontalBars(
      groups: models.indices.map { model in
        .init(
          name: models[model],
          bars: series.map { series in
            guard let score = score(series, model), let value = score.value, value.isFinite else {
              return .init(value: nil, text: "not measured")
            }
            return .init(value: value, text: NumberText.percent(value), interval: score.interval)
          })
      },
      colors: series.indices.map { FigureColor.series(series.count == 1 ? 0 : [4, 0, 1, 2, 3][$0 % 5]) },
      axis: .linear(ends, including: [0, 0.1], count: 5) { NumberText.fixed($0 * 100, decimals: 0) },
      axisTitle: scoreName + ", percent")
  }

  private var frame: FigureFrame {
    let hasIntervals = series.contains { $0.scores.contains { $0.interval != nil } }
    return FigureFrame(
      title: title, explanation: hasIntervals ? "Whiskers are 95 % intervals" : "",
      legend: series.count > 1
        ? zip(series, bars.colors).map { .init(name: $0.name, color: $1) } : [])
  }
}
