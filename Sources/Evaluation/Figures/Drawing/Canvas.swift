import CCairo

/// What a figure is drawn on: the same calls make vectors for SVG and pixels for PNG.
///
/// Places are in points from the upper left corner. A call with a place that is not finite draws nothing.
public final class Canvas {
  /// How lines and outlines are drawn.
  public struct Stroke: Sendable, Equatable {
    /// The role of its colour.
    public var color: FigureColor
    /// In points.
    public var width: Double
    /// Lengths of strokes and gaps in turn, in points; none for a whole line.
    public var dashes: [Double]

    /// A line's look.
    public init(_ color: FigureColor, width: Double = 1, dashes: [Double] = []) {
      self.color = color
      self.width = width
      self.dashes = dashes
    }
  }

  /// The whole drawing.
  public let size: FigureSize
  private let context: OpaquePointer

  /// Takes over a surface: the canvas destroys its own reference with itself.
  init(surface: OpaquePointer, size: FigureSize) {
    self.size = size
    context = cairo_create(surface)
  }

  deinit { cairo_destroy(context) }

  var status: cairo_status_t { cairo_status(context) }

  /// The whole drawing as a rectangle.
  public var bounds: Rectangle { Rectangle(x: 0, y: 0, width: size.width, height: size.height) }

  /// Fills a rectangle, with round corners where a radius is given.
  public func fill(
    _ rectangle: Rectangle, _ color: FigureColor, opacity: Double = 1, cornerRadius: Double = 0
  ) {
    guard rectangle.isFinite, rectangle.width > 0, rectangle.height > 0 else { return }
    set(color, opacity)
    path(rectangle, cornerRadius)
    cairo_fill(context)
  }

  /// Draws a rectangle's outline, half of its width inside.
  public func outline(_ rectangle: Rectangle, _ stroke: Stroke, cornerRadius: Double = 0) {
    guard rectangle.isFinite else { return }
    apply(stroke)
    path(rectangle, cornerRadius)
    cairo_stroke(context)
  }

  /// Draws a straight line.
  public func line(from start: Point, to end: Point, _ stroke: Stroke) {
    polyline([start, end], stroke)
  }

  /// Draws lines from place to place; a place that is not finite breaks the line.
  public func polyline(_ points: [Point], _ stroke: Stroke) {
    apply(stroke)
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    cairo_new_path(context)
    var isDown = false
    for point in points {
      guard point.isFinite else {
        isDown = false
        continue
      }
      if isDown { cairo_line_to(context, point.x, point.y) } else { cairo_move_to(context, point.x, point.y) }
      isDown = true
    }
    cairo_stroke(context)
  }

  /// Fills the area that lines from place to place enclose.
  public func fill(polygon points: [Point], _ color: FigureColor, opacity: Double = 1) {
    guard points.count > 2, points.allSatisfy(\.isFinite) else { return }
    set(color, opacity)
    for point in points { cairo_line_to(context, point.x, point.y) }
    cairo_close_path(context)
    cairo_fill(context)
  }

  /// Draws a circle: filled, and outlined where a stroke is given.
  public func circle(_ centre: Point, radius: Double, _ fill: FigureColor, outline: Stroke? = nil) {
    guard centre.isFinite, radius > 0, radius.isFinite else { return }
    cairo_new_path(context)
    cairo_arc(context, centre.x, centre.y, radius, 0, 2 * Double.pi)
    set(fill, 1)
    if let outline {
      cairo_fill_preserve(context)
      apply(outline)
      cairo_stroke(context)
    } else {
      cairo_fill(context)
    }
  }

  /// Writes a line of text; control characters become spaces.
  ///
  /// - Parameter maximumWidth: In points; what does not fit is cut and marked with an ellipsis.
  public func text(
    _ text: String, at place: Point, _ style: TextStyle = TextStyle(), maximumWidth: Double? = nil
  ) {
    guard place.isFinite else { return }
    let line =
      maximumWidth.map { TextMeasure.fitted(text, width: $0, size: style.size, isBold: style.isBold) }
      ?? PlainText.oneLine(text)
    cairo_save(context)
    defer { cairo_restore(context) }
    TextMeasure.select(size: style.size, isBold: style.isBold, context: context)
    let width = TextMeasure.width(line, size: style.size, isBold: style.isBold, context: context)
    let capitalHeight = 0.73 * style.size
    let x: Double
    switch style.horizontal {
    case .start: x = 0
    case .middle: x = -width / 2
    case .end: x = -width
    }
    let y: Double
    switch style.vertical {
    case .baseline: y = 0
    case .middle: y = capitalHeight / 2
    case .top: y = capitalHeight
    }
    set(style.color, 1)
    if style.rotation == 0 {
      cairo_move_to(context, place.x + x, place.y + y)
    } else {
      cairo_translate(context, place.x, place.y)
      cairo_rotate(context, style.rotation * Double.pi / 180)
      cairo_move_to(context, x, y)
    }
    cairo_show_text(context, line)
    cairo_new_path(context)
  }

  /// How wide a line of text will be, in points.
  public func width(of text: String, size: Double = 11, isBold: Bool = false) -> Double {
    TextMeasure.width(text, size: size, isBold: isBold)
  }

  /// Draws a grey picture into a rectangle, smoothly enlarged or reduced.
  public func picture(_ picture: GreyPicture, in rectangle: Rectangle) {
    guard rectangle.isFinite, rectangle.width > 0, rectangle.height > 0 else { return }
    let surface = cairo_image_surface_create(
      CAIRO_FORMAT_RGB24, Int32(picture.width), Int32(picture.height))
    defer { cairo_surface_destroy(surface) }
    guard let data = cairo_image_surface_get_data(surface) else { return }
    let bytesPerLine = Int(cairo_image_surface_get_stride(surface))
    for y in 0..<picture.height {
      // RGB24 keeps a pixel in a native 32 bit integer, the upper 8 bits unused; rows are aligned for it.
      let row = UnsafeMutableRawPointer(data + y * bytesPerLine).assumingMemoryBound(to: UInt32.self)
      for x in 0..<picture.width { row[x] = UInt32(picture.pixels[y * picture.width + x]) * 0x010101 }
    }
    cairo_surface_mark_dirty(surface)
    cairo_save(context)
    cairo_translate(context, rectangle.x, rectangle.y)
    cairo_scale(
      context, rectangle.width / Double(picture.width), rectangle.height / Double(picture.height))
    cairo_set_source_surface(context, surface, 0, 0)
    let pattern = cairo_get_source(context)
    cairo_pattern_set_filter(pattern, CAIRO_FILTER_BILINEAR)
    // Without it the edges fade into the paper.
    cairo_pattern_set_extend(pattern, CAIRO_EXTEND_PAD)
    cairo_rectangle(context, 0, 0, Double(picture.width), Double(picture.height))
    cairo_fill(context)
    cairo_restore(context)
  }

  private func path(_ rectangle: Rectangle, _ cornerRadius: Double) {
    cairo_new_path(context)
    let radius = min(cornerRadius, rectangle.width / 2, rectangle.height / 2)
    guard radius > 0 else {
      cairo_rectangle(context, rectangle.x, rectangle.y, rectangle.width, rectangle.height)
      return
    }
    let quarter = Double.pi / 2
    cairo_arc(context, rectangle.right - radius, rectangle.y + radius, radius, -quarter, 0)
    cairo_arc(context, rectangle.right - radius, rectangle.bottom - radius, radius, 0, quarter)
    cairo_arc(context, rectangle.x + radius, rectangle.bottom - radius, radius, quarter, 2 * quarter)
    cairo_arc(context, rectangle.x + radius, rectangle.y + radius, radius, 2 * quarter, 3 * quarter)
    cairo_close_path(context)
  }

  private func apply(_ stroke: Stroke) {
    set(stroke.color, 1)
    cairo_set_line_width(context, stroke.width)
    cairo_set_dash(context, stroke.dashes, Int32(stroke.dashes.count), 0)
  }

  private func set(_ color: FigureColor, _ opacity: Double) {
    func share(_ shift: UInt32) -> Double { Double(color.light >> shift & 0xff) / 255 }
    cairo_set_source_rgba(context, share(16), share(8), share(0), min(max(opacity, 0), 1))
  }
}

extension Point {
  var isFinite: Bool { x.isFinite && y.isFinite }
}

extension Rectangle {
  var isFinite: Bool { x.isFinite && y.isFinite && width.isFinite && height.isFinite }
}
