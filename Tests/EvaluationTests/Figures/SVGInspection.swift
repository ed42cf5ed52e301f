import Foundation
import FoundationXML

/// What a strict XML parser finds in an SVG document.
final class SVGInspection: NSObject, XMLParserDelegate {
  private(set) var elements: [String] = []
  private(set) var identifiers: [String] = []
  private(set) var references: [String] = []
  private(set) var attributes: [String: String] = [:]
  private(set) var text = ""

  /// Nil where it is not well-formed.
  init?(_ svg: String) {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    guard parser.parse() else { return nil }
  }

  func parser(
    _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    if elements.isEmpty { self.attributes = attributes }
    elements.append(element)
    if let identifier = attributes["id"] { identifiers.append(identifier) }
    for (name, value) in attributes {
      if name.hasSuffix("href"), value.hasPrefix("#") { references.append(String(value.dropFirst())) }
      if name.hasPrefix("aria-") { references.append(value) }
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}
