import Foundation

/// The drawing inside an SVG document that cairo wrote, ready to be given another frame.
///
/// cairo writes no text nodes, and every attribute in double quotes, so the quotation marks cut the document
/// into attribute values and what is between them.
struct SVGDrawing {
  /// What stands between the root element's tags.
  private let body: String

  /// - Returns: Nil where the document has no root element.
  init?(document: String) {
    guard let rootStart = document.range(of: "<svg"),
      let rootEnd = document[rootStart.upperBound...].firstIndex(of: ">"),
      let end = document.range(of: "</svg>", options: .backwards)
    else { return nil }
    body = String(document[document.index(after: rootEnd)..<end.lowerBound])
  }

  func standalone(title: String, summary: String, size: FigureSize) -> String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\""
      + " xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"\(NumberText.short(size.width))\""
      + " height=\"\(NumberText.short(size.height))\""
      + opening(title: title, summary: summary, size: size, identifier: "figure")
      + rewritten(identifier: "figure", followsTheme: false) + "</svg>\n"
  }

  func inline(title: String, summary: String, size: FigureSize, identifier: String) -> String {
    "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\""
      + " width=\"\(NumberText.short(size.width))\" height=\"\(NumberText.short(size.height))\""
      + " style=\"--figure-width:\(NumberText.short(size.width))px\""
      + opening(title: title, summary: summary, size: size, identifier: identifier)
      + rewritten(identifier: identifier, followsTheme: true) + "</svg>"
  }

  private func opening(title: String, summary: String, size: FigureSize, identifier: String) -> String {
    " viewBox=\"0 0 \(NumberText.short(size.width)) \(NumberText.short(size.height))\" role=\"img\""
      + " aria-labelledby=\"\(identifier)-title\" aria-describedby=\"\(identifier)-summary\">\n"
      + "<title id=\"\(identifier)-title\">\(Markup.escaped(title))</title>\n"
      + "<desc id=\"\(identifier)-summary\">\(Markup.escaped(summary))</desc>"
  }

  /// The drawing with identifiers that are its own (cairo numbers them anew in every document, so two on one
  /// page would collide), with coordinates in thousandths of a point, and with colours by role where they
  /// shall follow the page's theme.
  private func rewritten(identifier: String, followsTheme: Bool) -> String {
    var names: [Substring: String] = [:]
    func name(_ original: Substring) -> String {
      if let name = names[original] { return name }
      let name = identifier + "-" + String(names.count + 1)
      names[original] = name
      return name
    }
    var result = ""
    var attribute: Substring = ""
    for (index, part) in body.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
      if index > 0 { result += "\"" }
      guard index % 2 == 1 else {
        attribute = part.suffix(8)
        result += part
        continue
      }
      if attribute.hasSuffix(" id=") {
        result += name(part)
      } else if attribute.hasSuffix("href="), part.hasPrefix("#") {
        result += "#" + name(part.dropFirst())
      } else if part.hasPrefix("data:") {
        result += part
      } else if part.hasPrefix("url(#"), part.hasSuffix(")") {
        result += "url(#" + name(part.dropFirst(5).dropLast()) + ")"
      } else if attribute.hasSuffix(" d=") || attribute.hasSuffix(" x=") || attribute.hasSuffix(" y=") {
        result += SVGNumbers.shortened(part)
      } else if part.contains("url(#") {
        result += part.replacingReferences(with: name)
      } else {
        result += followsTheme ? SVGColors.byRole(part) : String(part)
      }
    }
    return result
  }
}

extension Substring {
  /// A style with `url(#name)` in the middle: every name exchanged.
  fileprivate func replacingReferences(with name: (Substring) -> String) -> String {
    var result = ""
    var rest = self
    while let start = rest.range(of: "url(#"), let end = rest[start.upperBound...].firstIndex(of: ")") {
      result += rest[..<start.upperBound] + name(rest[start.upperBound..<end])
      rest = rest[end...]
    }
    return result + rest
  }
}
