/// A confusion matrix as a heat map: rows true, columns predicted, in each cell the count and its share of the
/// true class. The deeper a cell, the larger that share.
public struct ConfusionMatrixFigure: Figure {
  /// The counts.
  public let matrix: ConfusionMatrix
  /// The classes' names; a class without one is shown by its index.
  public let labels: [String]
  /// Above the heat map.
  public let title: String

  /// A heat map of a matrix.
  public init(matrix: ConfusionMatrix, labels: [String], title: String) {
    self.matrix = matrix
    self.labels = matrix.counts.indices.map { $0 < labels.count ? labels[$0] : String($0) }
    self.title = title
  }

  /// For each class how many of its samples were found.
  public var summary: String {
    guard matrix.total > 0 else { return "A confusion matrix without samples." }
    let classes = labels.indices.map { index in
      "\(labels[index]): \(matrix.counts[index][index]) of \(matrix.supports[index]) right"
    }
    return "Confusion matrix of \(matrix.total) samples, rows true, columns predicted. "
      + classes.joined(separator: "; ") + "."
  }

  /// As large as its cells and names need.
  public var size: FigureSize {
    let layout = layout
    return FigureSize(
      width: max(
        FigureFrame.margin * 2 + layout.left + layout.cellWidth * Double(matrix.classCount) + layout.totals
          + 78,
        440),
      height: frame.headerHeight(width: 560) + Self.titleGap + layout.cellHeight * Double(matrix.classCount)
        + layout.bottom
        + FigureFrame.margin)
  }

  /// Draws the cells, the names, the row sums and the scale of colours.
  public func draw(on canvas: Canvas) {
    let content = frame.draw(on: canvas).inset(top: Self.titleGap)
    let layout = layout
    let cells = Rectangle(
      x: content.x + layout.left, y: content.y, width: layout.cellWidth * Double(matrix.classCount),
      height: layout.cellHeight * Double(matrix.classCount))
    drawCells(on: canvas, cells, layout)
    drawNames(on: canvas, cells, layout)
    drawScale(on: canvas, cells, x: cells.right + layout.totals + 18)
  }

  /// Room for the words above the row sums.
  private static let titleGap = 14.0

  private struct Layout {
    let cellWidth: Double
    let cellHeight: Double
    let left: Double
    /// From the cells to the right edge of the row sums.
    let totals: Double
    let bottom: Double
    let nameSize: Double
    let namesAreSlanted: Bool
    let showsText: Bool
    let showsNames: Bool
  }

  private var frame: FigureFrame {
    let explanation =
      matrix.total > 0
      ? "\(NumberText.samples(matrix.total)), "
        + "\(NumberText.percent(matrix.accuracy)) predicted rightly (the diagonal)"
      : "No samples: there is nothing to count"
    return FigureFrame(title: title, explanation: explanation)
  }

  private var layout: Layout {
    let count = Double(matrix.classCount)
    let widestName = min(TextMeasure.widest(labels, size: 12), 150)
    let largestCount = matrix.counts.joined().max() ?? 0
    let widestCount = TextMeasure.width(NumberText.grouped(largestCount), size: 13, isBold: true)
    let widestTotal = TextMeasure.widest(matrix.supports.map(NumberText.grouped), size: 11)
    let isLarge = matrix.classCount > 12
    let cellWidth = isLarge ? max(420 / count, 2) : max(min(max(widestName + 6, 50), 66), widestCount + 10)
    let slanted = !isLarge && widestName > cellWidth - 4
    let nameSize = isLarge ? min(12, cellWidth * 0.8) : 12
    return Layout(
      cellWidth: cellWidth, cellHeight: isLarge ? cellWidth : 48,
      left: 22 + (cellWidth < 10 ? 4 : widestName * nameSize / 12 + 10),
      totals: isLarge ? 8 : max(widestTotal, 42) + 12,
      // The sine of the slant, and the height of the letters.
      bottom: (cellWidth < 10 ? 0 : slanted || isLarge ? widestName * nameSize / 12 * 0.64 + 18 : 20) + 26,
      nameSize: nameSize,
      namesAreSlanted: slanted || isLarge, showsText: !isLarge, showsNames: cellWidth >= 10)
  }

  private func drawCells(on canvas: Canvas, _ cells: Rectangle, _ layout: Layout) {
    for trueClass in matrix.counts.indices {
      for predictedClass in matrix.counts.indices {
        let cell = Rectangle(
          x: cells.x + Double(predictedClass) * layout.cellWidth,
          y: cells.y + Double(trueClass) * layout.cellHeight, width: layout.cellWidth,
          height: layout.cellHeight)
        let share = matrix.shareOfTrueClass(trueClass, predictedAs: predictedClass)
        let gap = layout.showsText ? 1.0 : 0.25
        let inner = cell.inset(left: gap, top: gap, right: gap, bottom: gap)
        if let share, share > 0 {
          canvas.fill(inner, .heat, opacity: share, cornerRadius: layout.showsText ? 3 : 0)
        }
        guard layout.showsText else { continue }
        canvas.outline(
          inner.inset(left: 0.5, top: 0.5, right: 0.5, bottom: 0.5), .init(.grid), cornerRadius: 3)
        let color: FigureColor = (share ?? 0) > 0.62 ? .onHeat : .ink
        let isRight = trueClass == predictedClass
        canvas.text(
          NumberText.grouped(matrix.counts[trueClass][predictedClass]),
          at: Point(x: cell.middleX, y: cell.middleY - 7),
          TextStyle(size: 13, isBold: isRight, color: color, horizontal: .middle),
          maximumWidth: layout.cellWidth - 4)
        canvas.text(
          NumberText.percent(share), at: Point(x: cell.middleX, y: cell.middleY + 10),
          TextStyle(size: 10, color: color, horizontal: .middle), maximumWidth: layout.cellWidth - 4)
      }
    }
  }

  private func drawNames(on canvas: Canvas, _ cells: Rectangle, _ layout: Layout) {
    canvas.text(
      "True class", at: Point(x: FigureFrame.margin + 6, y: cells.middleY),
      TextStyle(size: 12, color: .quiet, horizontal: .middle, rotation: -90),
      maximumWidth: max(cells.height, 80))
    canvas.text(
      "Predicted class", at: Point(x: cells.middleX, y: cells.bottom + layout.bottom - 14),
      TextStyle(size: 12, color: .quiet, horizontal: .middle, vertical: .top),
      maximumWidth: max(cells.width, 110))
    if layout.showsText {
      canvas.text(
        "samples", at: Point(x: cells.right + layout.totals, y: cells.y - 8),
        TextStyle(size: 10, color: .quiet, horizontal: .end, vertical: .baseline))
    }
    guard layout.showsNames else { return }
    let nameSize = layout.nameSize
    for (index, label) in labels.enumerated() {
      let y = cells.y + (Double(index) + 0.5) * layout.cellHeight
      let x = cells.x + (Double(index) + 0.5) * layout.cellWidth
      canvas.text(
        label, at: Point(x: cells.x - 8, y: y), TextStyle(size: nameSize, horizontal: .end), maximumWidth: 150
      )
      if layout.namesAreSlanted {
        canvas.text(
          label, at: Point(x: x + 3, y: cells.bottom + 8),
          TextStyle(size: nameSize, horizontal: .end, rotation: -40), maximumWidth: 150)
      } else {
        canvas.text(
          label, at: Point(x: x, y: cells.bottom + 8),
          TextStyle(size: nameSize, horizontal: .middle, vertical: .top), maximumWidth: layout.cellWidth - 2)
      }
      if layout.showsText {
        canvas.text(
          NumberText.grouped(matrix.supports[index]), at: Point(x: cells.right + layout.totals, y: y),
          TextStyle(size: 11, color: .quiet, horizontal: .end))
      }
    }
  }

  private func drawScale(on canvas: Canvas, _ cells: Rectangle, x: Double) {
    let height = min(max(cells.height, 60), 240)
    let bar = Rectangle(x: x, y: cells.y, width: 10, height: height)
    let steps = 10
    for step in 0..<steps {
      let stepHeight = bar.height / Double(steps)
      let y = bar.bottom - Double(step + 1) * stepHeight
      let part = Rectangle(x: bar.x, y: y + 0.5, width: bar.width, height: stepHeight - 1)
      canvas.fill(part, .heat, opacity: (Double(step) + 0.5) / Double(steps))
    }
    for (share, text) in [(0.0, "0"), (0.5, "50"), (1, "100 %")] {
      canvas.text(
        text, at: Point(x: bar.right + 5, y: bar.bottom - share * bar.height),
        TextStyle(size: 10, color: .quiet))
    }
    guard bar.height >= 130 else { return }
    canvas.text(
      "Share of the true class", at: Point(x: bar.right + 40, y: bar.middleY),
      TextStyle(size: 10, color: .quiet, horizontal: .middle, rotation: 90), maximumWidth: bar.height)
  }
}
