/// Sample pictures by label: a row a label.
public struct SampleGridFigure: Figure {
  /// One label's samples.
  public struct Row: Sendable, Equatable {
    /// The label's name.
    public let label: String
    /// Its samples, from left to right.
    public let pictures: [GreyPicture]

    /// A row by its label and samples.
    public init(label: String, pictures: [GreyPicture]) {
      self.label = label
      self.pictures = pictures
    }
  }

  /// The labels, from top to bottom.
  public let rows: [Row]
  /// How many pictures of a row are shown.
  public let columnCount: Int
  /// Above the pictures.
  public let title: String

  /// A grid of samples.
  ///
  /// - Parameter columnCount: How many pictures of a row are shown, 1 to 40.
  public init(rows: [Row], title: String, columnCount: Int = 7) {
    self.rows = rows
    self.title = title
    self.columnCount = min(max(columnCount, 1), 40)
  }

  /// How many pictures there are of each label.
  public var summary: String {
    guard !rows.isEmpty else { return "A grid of sample pictures, empty." }
    return "Sample pictures by label: "
      + rows.map { "\($0.label) \(min($0.pictures.count, columnCount))" }.joined(separator: ", ") + "."
  }

  private static let side = 68.0
  private static let gap = 6.0

  private var labelWidth: Double { min(max(TextMeasure.widest(rows.map(\.label), size: 12), 40), 160) }
  private var frame: FigureFrame { FigureFrame(title: title) }

  /// As large as its pictures need.
  public var size: FigureSize {
    FigureSize(
      width: max(
        FigureFrame.margin * 2 + labelWidth + 12 + Double(columnCount) * (Self.side + Self.gap) - Self.gap,
        320),
      height: frame.headerHeight(width: 640) + max(Double(rows.count) * (Self.side + Self.gap), 80)
        + FigureFrame.margin)
  }

  /// Draws names and pictures.
  public func draw(on canvas: Canvas) {
    let content = frame.draw(on: canvas)
    guard !rows.isEmpty else {
      canvas.emptyNote("No pictures: there is nothing to show.", in: content)
      return
    }
    for (index, row) in rows.enumerated() {
      let y = content.y + Double(index) * (Self.side + Self.gap)
      canvas.text(
        row.label, at: Point(x: content.x + labelWidth, y: y + Self.side / 2),
        TextStyle(size: 12, horizontal: .end), maximumWidth: labelWidth)
      for column in 0..<columnCount {
        let place = Rectangle(
          x: content.x + labelWidth + 12 + Double(column) * (Self.side + Self.gap), y: y, width: Self.side,
          height: Self.side)
        if column < row.pictures.count {
          canvas.picture(row.pictures[column], in: place)
        } else {
          canvas.outline(place.inset(left: 1, top: 1, right: 1, bottom: 1), .init(.grid, dashes: [3, 3]))
          if row.pictures.isEmpty, column == 0 {
            canvas.text(
              "none", at: Point(x: place.middleX, y: place.middleY),
              TextStyle(color: .quiet, horizontal: .middle))
          }
        }
      }
    }
  }
}
