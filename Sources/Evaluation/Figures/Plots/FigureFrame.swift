/// The parts that all figures share: title, explanation, legend, notes.
struct FigureFrame {
  /// Left, right and lower margin.
  static let margin = 20.0

  /// One series' name beside its look.
  struct LegendEntry {
    /// How the series is drawn.
    enum Mark {
      case area(opacity: Double)
      case line(dashes: [Double])
    }

    let name: String
    let color: FigureColor
    var mark = Mark.area(opacity: 1)
  }

  let title: String
  var explanation = ""
  var legend: [LegendEntry] = []

  /// How high the parts above the content are, at a figure's width.
  func headerHeight(width: Double) -> Double {
    let explanationHeight = Double(explanationLines(width: width).count) * 15
    let legendHeight = Double(legendRows(width: width).count) * 20
    return 44 + explanationHeight + (legend.isEmpty ? 0 : legendHeight + 4) + (explanation.isEmpty ? 0 : 4)
  }

  /// Draws the parts above the content.
  ///
  /// - Returns: What is left for the content, without margins.
  func draw(on canvas: Canvas) -> Rectangle {
    let width = canvas.size.width
    canvas.text(
      title, at: Point(x: Self.margin, y: 28), TextStyle(size: 15, isBold: true, vertical: .baseline),
      maximumWidth: width - 2 * Self.margin)
    var y = 46.0
    for line in explanationLines(width: width) {
      canvas.text(line, at: Point(x: Self.margin, y: y), TextStyle(color: .quiet, vertical: .baseline))
      y += 15
    }
    if !legend.isEmpty { y += explanation.isEmpty ? 6 : 2 }
    for row in legendRows(width: width) {
      var x = Self.margin
      for entry in row {
        draw(entry, on: canvas, x: x, y: y)
        x += Self.width(of: entry)
      }
      y += 20
    }
    let top = headerHeight(width: width)
    return Rectangle(
      x: Self.margin, y: top, width: width - 2 * Self.margin,
      height: max(canvas.size.height - top - Self.margin, 0))
  }

  private func draw(_ entry: LegendEntry, on canvas: Canvas, x: Double, y: Double) {
    switch entry.mark {
    case .area(let opacity):
      canvas.fill(
        Rectangle(x: x, y: y - 5.5, width: 18, height: 11), entry.color, opacity: opacity, cornerRadius: 2)
    case .line(let dashes):
      canvas.line(
        from: Point(x: x, y: y), to: Point(x: x + 18, y: y), .init(entry.color, width: 2.25, dashes: dashes))
    }
    canvas.text(entry.name, at: Point(x: x + 24, y: y), maximumWidth: 260)
  }

  private func explanationLines(width: Double) -> [String] {
    explanation.isEmpty
      ? [] : TextMeasure.wrapped(explanation, width: width - 2 * Self.margin, size: 11, maximumLines: 3)
  }

  private func legendRows(width: Double) -> [[LegendEntry]] {
    var rows: [[LegendEntry]] = []
    var x = 0.0
    for entry in legend {
      let entryWidth = Self.width(of: entry)
      if rows.isEmpty || x + entryWidth > width - 2 * Self.margin {
        rows.append([])
        x = 0
      }
      rows[rows.count - 1].append(entry)
      x += entryWidth
    }
    return rows
  }

  private static func width(of entry: LegendEntry) -> Double {
    24 + min(TextMeasure.width(entry.name, size: 11), 260) + 22
  }
}

extension Canvas {
  /// Says in the middle of the content why there is nothing else.
  func emptyNote(_ text: String, in content: Rectangle) {
    outline(content, Stroke(.grid, dashes: [4, 4]), cornerRadius: 6)
    let lines = TextMeasure.wrapped(text, width: content.width - 24, size: 12, maximumLines: 3)
    for (index, line) in lines.enumerated() {
      let y = content.middleY + (Double(index) - Double(lines.count - 1) / 2) * 16
      self.text(
        line, at: Point(x: content.middleX, y: y), TextStyle(size: 12, color: .quiet, horizontal: .middle))
    }
  }
}
