import Foundation
import TestSupport
import Testing

@testable import Evaluation

@Suite struct ReportTests {
  /// Made once for all tests that only look at it.
  private static let plain = Result { try report(text: "plain words").html() }

  private static func report(text: String) throws -> Report {
    Report(
      title: text, summary: text,
      keyFigures: [
        .init(label: text, share: 0.664, interval: .init(lower: 0.648, upper: 0.68), detail: text)
      ],
      sections: [
        .init(
          heading: text,
          blocks: [
            .paragraph(text), .list([text, text]), .note(.caution, text), .note(.information, text),
            .preformatted(text), .keyFigures([.init(label: text, value: text)]),
            .table(Table(columns: [.init(text)], rows: [[text]]), caption: text),
          ]),
        .init(heading: "Figures", blocks: try SampleFigures.ordinary().map { .figure($0, caption: text) }),
        .init(heading: "No figures", blocks: []),
      ], footer: text)
  }

  @Test func hostileTextStaysText() throws {
    let html = try Self.report(text: hostileText).html()
    #expect(!html.contains("<script") && !html.contains("alert('"))
    #expect(html.contains("&lt;script&gt;alert(&#39;1&#39;)"))
    #expect(html.utf8.allSatisfy { $0 == UInt8(ascii: "\n") || $0 >= 0x20 })
    #expect(!html.contains("\u{202e}") && !html.contains("\u{ffff}"))
  }

  @Test func thePageNeedsNothingFromElsewhere() throws {
    let html = try Self.plain.get()
    let addresses = html.components(separatedBy: "http").dropFirst().map { $0.prefix { $0 != "\"" } }
    // Two names of kinds of markup; nothing is ever fetched from them.
    #expect(Set(addresses).isSubset(of: ["://www.w3.org/2000/svg", "://www.w3.org/1999/xlink", "-equiv="]))
    #expect(!html.contains("@import") && !html.contains("<link") && !html.contains("src=\"http"))
    #expect(html.contains("default-src 'none'"))
  }

  @Test func identifiersAreUniqueAndReferencesFindThem() throws {
    let html = try Self.plain.get()
    func values(after mark: String) -> [String] {
      html.components(separatedBy: mark).dropFirst().map { String($0.prefix { $0 != "\"" }) }
    }
    let identifiers = values(after: " id=\"")
    #expect(identifiers.count > 100 && Set(identifiers).count == identifiers.count)
    let references = values(after: "href=\"#")
    #expect(!references.isEmpty && Set(references).isSubset(of: identifiers))
  }

  @Test func showsWhatItWasGiven() throws {
    let html = try Self.plain.get()
    for part in [
      "<h1>plain words</h1>", "<li>plain words</li>", "<footer>plain words</footer>",
      "95\u{a0}% interval 64.8 to 68.0\u{a0}%; plain words", "<dd class=\"value\">66.4\u{a0}%</dd>",
      "<a href=\"#section-2\">Figures</a>", "prefers-color-scheme: dark",
    ] { #expect(html.contains(part), "\(part)") }
    #expect(html.components(separatedBy: "<figure>").count - 1 == 10)
  }

  @Test func isWrittenWhole() throws {
    let folder = try TemporaryFolder()
    let report = Report(title: "Title", summary: "")
    try report.write(html: "\(folder.path)/report.html")
    #expect(try folder.text("report.html") == report.html())
    let missing = "\(folder.path)/missing/report.html"
    #expect(throws: FigureError.file(.missingFolder(path: missing))) { try report.write(html: missing) }
  }
}
