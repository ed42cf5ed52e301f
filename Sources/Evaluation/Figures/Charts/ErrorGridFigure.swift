/// Pictures that were predicted, each with its true class, the predicted one and the confidence in it.
public struct ErrorGridFigure: Figure {
  /// One prediction.
  public struct Sample: Sendable, Equatable {
    /// What the classifier saw.
    public let picture: GreyPicture
    /// The true class's name.
    public let trueLabel: String
    /// The predicted class's name.
    public let predictedLabel: String
    /// The predicted class's probability, 0...1; nil where the classifier gives none.
    public let confidence: Double?

    /// A prediction.
    public init(picture: GreyPicture, trueLabel: String, predictedLabel: String, confidence: Double?) {
      self.picture = picture
      self.trueLabel = trueLabel
      self.predictedLabel = predictedLabel
      self.confidence = confidence
    }
  }

  /// The most pictures that are drawn; of more the first ones.
  public static let maximumCount = 120

  /// In the order of drawing, row by row.
  public let samples: [Sample]
  /// Pictures beside each other.
  public let columnCount: Int
  /// Above the pictures.
  public let title: String

  /// A grid of predictions.
  ///
  /// - Parameter columnCount: Pictures beside each other, 1 to 12.
  public init(samples: [Sample], title: String, columnCount: Int = 6) {
    self.samples = Array(samples.prefix(Self.maximumCount))
    self.title = title
    self.columnCount = min(max(columnCount, 1), 12)
  }

  /// Every picture's labels.
  public var summary: String {
    guard !samples.isEmpty else { return "A grid of wrong predictions, empty." }
    return "Pictures with their labels. "
      + samples.map { sample in
        "true \(sample.trueLabel), predicted \(sample.predictedLabel)"
          + (sample.confidence.map { " at \(NumberText.percent($0, decimals: 0))" } ?? "")
      }.joined(separator: "; ") + "."
  }

  private static let side = 92.0
  private static let cellWidth = 118.0
  private static let cellHeight = 148.0

  private var frame: FigureFrame {
    FigureFrame(
      title: title,
      explanation: samples.isEmpty
        ? "" : "Below each picture: its true class, and what was predicted with which confidence")
  }

  /// As large as its pictures need.
  public var size: FigureSize {
    let rows = max((samples.count + columnCount - 1) / columnCount, 1)
    let width = max(FigureFrame.margin * 2 + Double(columnCount) * Self.cellWidth, 340)
    return FigureSize(
      width: width,
      height: frame.headerHeight(width: width) + Double(rows) * Self.cellHeight + FigureFrame.margin - 8)
  }

  /// Draws pictures and labels.
  public func draw(on canvas: Canvas) {
    let content = frame.draw(on: canvas)
    guard !samples.isEmpty else {
      canvas.emptyNote("No pictures: no prediction of this kind.", in: content)
      return
    }
    for (index, sample) in samples.enumerated() {
      let x = content.x + Double(index % columnCount) * Self.cellWidth
      let y = content.y + Double(index / columnCount) * Self.cellHeight
      let place = Rectangle(
        x: x + (Self.cellWidth - Self.side) / 2, y: y, width: Self.side, height: Self.side)
      canvas.picture(sample.picture, in: place)
      let isRight = sample.trueLabel == sample.predictedLabel
      canvas.text(
        "true: " + sample.trueLabel, at: Point(x: place.middleX, y: place.bottom + 12),
        TextStyle(size: 10, color: .right, horizontal: .middle), maximumWidth: Self.cellWidth - 4)
      canvas.text(
        "predicted: " + sample.predictedLabel, at: Point(x: place.middleX, y: place.bottom + 27),
        TextStyle(size: 10, color: isRight ? .right : .wrong, horizontal: .middle),
        maximumWidth: Self.cellWidth - 4)
      canvas.text(
        sample.confidence.map { "confidence " + NumberText.percent($0, decimals: 0) } ?? "no confidence",
        at: Point(x: place.middleX, y: place.bottom + 41),
        TextStyle(size: 10, color: .quiet, horizontal: .middle), maximumWidth: Self.cellWidth - 4)
    }
  }
}
