import CCairo

/// Draws a figure once for each kind of file.
enum FigureRendering {
  /// cairo's pixel surfaces end at 32,767; a figure has no use for half of that.
  static let maximumSide = 16_000

  static func svg(of figure: some Figure) throws(FigureError) -> SVGDrawing {
    let size = try checkedSize(of: figure, scale: 1)
    let sink = ByteSink()
    let surface = cairo_svg_surface_create_for_stream(
      appendBytes, Unmanaged.passUnretained(sink).toOpaque(), size.width, size.height)
    defer {
      cairo_surface_destroy(surface)
      // Where drawing failed, the rest of the document is written only now.
      withExtendedLifetime(sink) {}
    }
    guard let surface, cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS else {
      throw failure(cairo_surface_status(surface), figure)
    }
    cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PX)
    try draw(figure, size: size, on: surface, scale: 1)
    // The document is complete only after this, and no byte comes later.
    cairo_surface_finish(surface)
    let status = cairo_surface_status(surface)
    guard status == CAIRO_STATUS_SUCCESS else { throw failure(status, figure) }
    guard let drawing = SVGDrawing(document: String(decoding: sink.bytes, as: UTF8.self)) else {
      throw .drawing(figure: figure.title, reason: "cairo wrote no SVG document")
    }
    return drawing
  }

  static func png(of figure: some Figure, scale: Double) throws(FigureError) -> [UInt8] {
    let size = try checkedSize(of: figure, scale: scale)
    let surface = cairo_image_surface_create(
      CAIRO_FORMAT_RGB24, Int32((size.width * scale).rounded(.up)), Int32((size.height * scale).rounded(.up)))
    defer { cairo_surface_destroy(surface) }
    guard let surface, cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS else {
      throw failure(cairo_surface_status(surface), figure)
    }
    try draw(figure, size: size, on: surface, scale: scale)
    let sink = ByteSink()
    let status = cairo_surface_write_to_png_stream(
      surface, appendBytes, Unmanaged.passUnretained(sink).toOpaque())
    guard status == CAIRO_STATUS_SUCCESS else { throw failure(status, figure) }
    return withExtendedLifetime(sink) { sink.bytes }
  }

  private static func draw(
    _ figure: some Figure, size: FigureSize, on surface: OpaquePointer, scale: Double
  ) throws(FigureError) {
    // Set before the canvas is made, so that it holds for everything.
    cairo_surface_set_device_scale(surface, scale, scale)
    let canvas = Canvas(surface: surface, size: size)
    // A pixel more on each side: a size that is no whole number of pixels leaves no dark edge.
    canvas.fill(Rectangle(x: 0, y: 0, width: size.width + 1, height: size.height + 1), .paper)
    figure.draw(on: canvas)
    guard canvas.status == CAIRO_STATUS_SUCCESS else { throw failure(canvas.status, figure) }
  }

  private static func checkedSize(of figure: some Figure, scale: Double) throws(FigureError) -> FigureSize {
    let size = figure.size
    let sides = [size.width * scale, size.height * scale]
    guard scale > 0, sides.allSatisfy({ $0 >= 1 && $0 <= Double(maximumSide) }) else {
      throw .unacceptableScale(figure: figure.title, width: size.width, height: size.height, scale: scale)
    }
    return size
  }

  private static func failure(_ status: cairo_status_t, _ figure: some Figure) -> FigureError {
    .drawing(figure: figure.title, reason: String(cString: cairo_status_to_string(status)))
  }
}

/// Collects what cairo writes.
private final class ByteSink {
  var bytes: [UInt8] = []
}

private func appendBytes(
  closure: UnsafeMutableRawPointer?, data: UnsafePointer<UInt8>?, length: UInt32
) -> cairo_status_t {
  guard let closure else { return CAIRO_STATUS_WRITE_ERROR }
  let sink = Unmanaged<ByteSink>.fromOpaque(closure).takeUnretainedValue()
  sink.bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: Int(length)))
  return CAIRO_STATUS_SUCCESS
}
