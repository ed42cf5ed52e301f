/// Groups of lying bars, a group a line of text: names of any length fit, and any number of groups.
struct HorizontalBars {
  struct Bar {
    /// Nil, or not finite, where there is nothing to draw.
    let value: Double?
    /// Written behind the bar.
    let text: String
    /// Drawn as a whisker over the bar's end.
    var interval: ConfidenceInterval?
  }

  struct Group {
    let name: String
    /// Quiet text under the name.
    var detail = ""
    let bars: [Bar]
  }

  let groups: [Group]
  let colors: [FigureColor]
  /// From the bars' root to the axis' end; the values' text is written beyond.
  let axis: AxisScale
  let axisTitle: String

  private var barHeight: Double { colors.count > 1 ? 11 : 16 }
  private var groupHeight: Double { max(Double(colors.count) * (barHeight + 2), 26) + 12 }
  private static let axisHeight = 40.0
  private static let nameWidths = 60.0...190.0

  /// How high the bars with their axis are.
  var height: Double { Double(groups.count) * groupHeight + Self.axisHeight }

  /// Draws groups from top to bottom and the axis below.
  func draw(on canvas: Canvas, in content: Rectangle) {
    let widest = max(
      TextMeasure.widest(groups.map(\.name), size: 12),
      TextMeasure.widest(groups.map(\.detail), size: 10))
    let nameWidth = min(max(widest, Self.nameWidths.lowerBound), Self.nameWidths.upperBound)
    let textWidth = TextMeasure.widest(groups.flatMap { $0.bars.map(\.text) }, size: 10)
    let plot = content.inset(
      left: nameWidth + 12, right: min(textWidth + 14, 150),
      bottom: Self.axisHeight)
    drawAxis(on: canvas, plot: plot)
    for (index, group) in groups.enumerated() {
      let top = plot.y + Double(index) * groupHeight
      let middle = top + groupHeight / 2
      let nameStyle = TextStyle(size: 12, horizontal: .end)
      canvas.text(
        group.name, at: Point(x: plot.x - 10, y: group.detail.isEmpty ? middle : middle - 7), nameStyle,
        maximumWidth: nameWidth)
      if !group.detail.isEmpty {
        canvas.text(
          group.detail, at: Point(x: plot.x - 10, y: middle + 8),
          TextStyle(size: 10, color: .quiet, horizontal: .end), maximumWidth: nameWidth)
      }
      let barsTop = middle - Double(group.bars.count) * (barHeight + 2) / 2 + 1
      for (series, bar) in group.bars.enumerated() {
        let y = barsTop + Double(series) * (barHeight + 2)
        draw(bar, color: colors[series % max(colors.count, 1)], on: canvas, plot: plot, y: y)
      }
    }
    canvas.line(from: Point(x: plot.x, y: plot.y), to: Point(x: plot.x, y: plot.bottom), .init(.axis))
  }

  private func draw(_ bar: Bar, color: FigureColor, on canvas: Canvas, plot: Rectangle, y: Double) {
    func x(_ value: Double) -> Double { plot.x + min(max(axis.share(of: value), 0), 1) * plot.width }
    let value = bar.value.flatMap { $0.isFinite ? $0 : nil }
    let end = value.map(x) ?? plot.x
    canvas.fill(Rectangle(x: plot.x, y: y, width: end - plot.x, height: barHeight), color)
    var textStart = end
    if value != nil, let interval = bar.interval {
      let (low, high) = (x(interval.lower), x(interval.upper))
      let middle = y + barHeight / 2
      let stroke = Canvas.Stroke(.ink, width: 1.25)
      canvas.line(from: Point(x: low, y: middle), to: Point(x: high, y: middle), stroke)
      for edge in [low, high] {
        canvas.line(from: Point(x: edge, y: middle - 3), to: Point(x: edge, y: middle + 3), stroke)
      }
      textStart = max(textStart, high)
    }
    canvas.text(
      bar.text, at: Point(x: textStart + 6, y: y + barHeight / 2),
      TextStyle(size: 10, color: value == nil ? .quiet : .ink), maximumWidth: 150)
  }

  private func drawAxis(on canvas: Canvas, plot: Rectangle) {
    for tick in axis.ticks {
      let x = plot.x + axis.share(of: tick.value) * plot.width
      canvas.line(from: Point(x: x, y: plot.y), to: Point(x: x, y: plot.bottom), .init(.grid))
      canvas.text(
        tick.text, at: Point(x: x, y: plot.bottom + 8),
        TextStyle(color: .quiet, horizontal: .middle, vertical: .top))
    }
    canvas.text(
      axisTitle, at: Point(x: plot.middleX, y: plot.bottom + 28),
      TextStyle(horizontal: .middle, vertical: .top), maximumWidth: plot.width)
  }
}
