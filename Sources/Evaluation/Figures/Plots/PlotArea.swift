/// A rectangle with a value axis on the left and one below.
struct PlotArea {
  /// Where data is drawn.
  let rectangle: Rectangle
  let horizontal: AxisScale
  let vertical: AxisScale

  /// The room that values and titles of the axes take outside the data's rectangle.
  static func room(vertical: AxisScale, hasVerticalTitle: Bool) -> (left: Double, bottom: Double) {
    let widest = TextMeasure.widest(vertical.ticks.map(\.text), size: 11)
    return (widest + 8 + (hasVerticalTitle ? 18 : 0), 40)
  }

  /// Where a pair of values is drawn; not finite where a value is not, or has no place on the axis.
  func point(_ x: Double, _ y: Double) -> Point {
    Point(
      x: rectangle.x + horizontal.share(of: x) * rectangle.width,
      y: rectangle.bottom - vertical.share(of: y) * rectangle.height)
  }

  /// Draws grid, axes, the named values and the axes' titles.
  func draw(on canvas: Canvas, horizontalTitle: String, verticalTitle: String) {
    for tick in vertical.ticks {
      let y = point(horizontal.lower, tick.value).y
      canvas.line(from: Point(x: rectangle.x, y: y), to: Point(x: rectangle.right, y: y), .init(.grid))
      canvas.text(
        tick.text, at: Point(x: rectangle.x - 7, y: y), TextStyle(color: .quiet, horizontal: .end))
    }
    canvas.line(
      from: Point(x: rectangle.x, y: rectangle.bottom), to: Point(x: rectangle.right, y: rectangle.bottom),
      .init(.axis))
    for tick in horizontal.ticks {
      let x = point(tick.value, vertical.lower).x
      canvas.line(
        from: Point(x: x, y: rectangle.bottom), to: Point(x: x, y: rectangle.bottom + 4), .init(.axis))
      canvas.text(
        tick.text, at: Point(x: x, y: rectangle.bottom + 8),
        TextStyle(color: .quiet, horizontal: .middle, vertical: .top))
    }
    canvas.text(
      horizontalTitle, at: Point(x: rectangle.middleX, y: rectangle.bottom + 28),
      TextStyle(horizontal: .middle, vertical: .top), maximumWidth: rectangle.width)
    guard !verticalTitle.isEmpty else { return }
    let room = Self.room(vertical: vertical, hasVerticalTitle: true).left
    canvas.text(
      verticalTitle, at: Point(x: rectangle.x - room + 6, y: rectangle.middleY),
      TextStyle(horizontal: .middle, rotation: -90), maximumWidth: rectangle.height)
  }
}
