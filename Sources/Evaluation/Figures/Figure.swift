import DurableFiles

/// A picture of data that can be written as SVG and as PNG.
///
///     let figure = ConfusionMatrixFigure(matrix: matrix, labels: names, title: "VGG19 on the test part")
///     try figure.write(svg: "confusion.svg")
///     try figure.write(png: "confusion.png", scale: 2)
///
/// Figures take whatever data there is: missing, empty or not finite values are left out, and the figure
/// says so.
public protocol Figure: Sendable {
  /// What it shows, above the drawing and for those who cannot see it.
  var title: String { get }
  /// The numbers in words, for those who cannot see the drawing.
  var summary: String { get }
  /// In points.
  var size: FigureSize { get }
  /// Draws everything, the title included, on paper that is already there.
  func draw(on canvas: Canvas)
}

extension Figure {
  /// The figure as a standalone SVG document on light paper; text is in outlines, so it needs no font.
  ///
  /// - Throws: ``FigureError/drawing(figure:reason:)``.
  public func svgString() throws(FigureError) -> String {
    try FigureRendering.svg(of: self).standalone(title: title, summary: summary, size: size)
  }

  /// The figure as an element for a page that defines the `--figure-...` colours (``FigureColor``); without
  /// them it is drawn as on light paper.
  ///
  /// - Parameter identifier: Letters, digits and hyphens that no other element's identifier on the page
  ///   begins with.
  /// - Throws: ``FigureError/drawing(figure:reason:)``.
  public func inlineSVG(identifier: String) throws(FigureError) -> String {
    try FigureRendering.svg(of: self)
      .inline(title: title, summary: summary, size: size, identifier: identifier)
  }

  /// The figure as PNG.
  ///
  /// - Parameter scale: Pixels a point; 2 is sharp on dense screens and in print.
  /// - Throws: ``FigureError`` where the scale is not accepted or memory runs out.
  public func pngBytes(scale: Double = 2) throws(FigureError) -> [UInt8] {
    try FigureRendering.png(of: self, scale: scale)
  }

  /// Writes ``svgString()`` to a file that appears whole or not at all.
  ///
  /// - Throws: ``FigureError``.
  public func write(svg path: String) throws(FigureError) {
    let text = try svgString()
    do { try AtomicFile.write(text, to: path) } catch { throw .file(error) }
  }

  /// Writes ``pngBytes(scale:)`` to a file that appears whole or not at all.
  ///
  /// - Throws: ``FigureError``.
  public func write(png path: String, scale: Double = 2) throws(FigureError) {
    let bytes = try pngBytes(scale: scale)
    do { try AtomicFile.write(bytes, to: path) } catch { throw .file(error) }
  }
}
