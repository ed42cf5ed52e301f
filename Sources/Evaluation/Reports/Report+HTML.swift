import DurableFiles

extension Report {
  /// The whole page: style and figures inside, nothing from elsewhere, no scripts. It follows the reader's
  /// light or dark setting, fits a phone and prints on light paper.
  ///
  /// - Throws: ``FigureError`` where a figure cannot be drawn.
  public func html() throws(FigureError) -> String {
    var page = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
      img-src data:">
      <meta name="color-scheme" content="light dark">
      <title>\(Markup.escaped(PlainText.oneLine(title)))</title>
      <style>
      \(ReportStyle.sheet)</style>
      </head>
      <body>
      <main>
      <header>
      <h1>\(Markup.escaped(title))</h1>

      """
    if !summary.isEmpty { page += "<p class=\"summary\">\(Markup.escaped(summary))</p>\n" }
    page += "</header>\n" + Self.html(keyFigures) + contents()
    var figureCount = 0
    for (index, section) in sections.enumerated() {
      page += "<section id=\"section-\(index + 1)\">\n<h2>\(Markup.escaped(section.heading))</h2>\n"
      for block in section.blocks { page += try Self.html(block, &figureCount) }
      page += "</section>\n"
    }
    if !footer.isEmpty { page += "<footer>\(Markup.escaped(footer))</footer>\n" }
    return page + "</main>\n</body>\n</html>\n"
  }

  /// Writes ``html()`` to a file that appears whole or not at all.
  ///
  /// - Throws: ``FigureError``; ``FigureError/file(_:)`` where it was made but not written.
  public func write(html path: String) throws(FigureError) {
    let text = try html()
    do { try AtomicFile.write(text, to: path) } catch { throw .file(error) }
  }

  private func contents() -> String {
    guard sections.count > 2 else { return "" }
    let entries = sections.enumerated().map { index, section in
      "<li><a href=\"#section-\(index + 1)\">\(Markup.escaped(section.heading))</a></li>"
    }
    return "<nav aria-label=\"Contents\"><ul>\(entries.joined())</ul></nav>\n"
  }

  private static func html(_ keyFigures: [KeyFigure]) -> String {
    guard !keyFigures.isEmpty else { return "" }
    let cards = keyFigures.map { figure in
      "<div><dt>\(Markup.escaped(figure.label))</dt><dd class=\"value\">\(Markup.escaped(figure.value))</dd>"
        + (figure.detail.isEmpty ? "" : "<dd>\(Markup.escaped(figure.detail))</dd>") + "</div>"
    }
    return "<dl class=\"key-figures\">\n\(cards.joined(separator: "\n"))\n</dl>\n"
  }

  private static func html(_ block: Block, _ figureCount: inout Int) throws(FigureError) -> String {
    switch block {
    case .paragraph(let text): return "<p>\(Markup.escaped(text))</p>\n"
    case .list(let points):
      return "<ul>\(points.map { "<li>\(Markup.escaped($0))</li>" }.joined())</ul>\n"
    case .keyFigures(let figures): return html(figures)
    case .table(let table, let caption):
      let name = caption.isEmpty ? "Table" : caption
      // Wide tables and figures scroll by themselves, and the keyboard reaches them.
      return "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"\(Markup.escaped(name))\">"
        + table.html(caption: caption) + "</div>\n"
    case .figure(let figure, let caption):
      figureCount += 1
      let svg = try figure.inlineSVG(identifier: "figure-\(figureCount)")
      return "<figure><div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\""
        + Markup.escaped(figure.title) + "\">\(svg)</div>"
        + (caption.isEmpty ? "" : "<figcaption>\(Markup.escaped(caption))</figcaption>") + "</figure>\n"
    case .note(let kind, let text):
      return "<p class=\"note\(kind == .caution ? " caution" : "")\">"
        + "<strong>\(kind == .caution ? "Caution" : "Note")</strong> \(Markup.escaped(text))</p>\n"
    case .preformatted(let text):
      return "<pre tabindex=\"0\">\(Markup.escaped(text))</pre>\n"
    }
  }
}
