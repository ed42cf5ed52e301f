import Foundation
import TestSupport
import Testing

@testable import Evaluation

@Suite struct FigureTests {
  private static func all() throws -> [any Figure] {
    try SampleFigures.ordinary() + SampleFigures.empty() + SampleFigures.odd()
  }

  @Test func everyFigureIsAWellFormedDocument() throws {
    for figure in try Self.all() {
      let svg = try figure.svgString()
      let inspection = try #require(SVGInspection(svg), "\(type(of: figure))")
      #expect(inspection.elements.first == "svg")
      #expect(Set(inspection.identifiers).count == inspection.identifiers.count)
      #expect(Set(inspection.references).isSubset(of: inspection.identifiers))
      #expect(!inspection.elements.contains("script"))
      #expect(Double(try #require(inspection.attributes["width"])) == figure.size.width.rounded(toPlaces: 6))
      #expect(!svg.contains("\u{1b}") && !svg.contains("var("))
      #expect(!figure.summary.isEmpty)
    }
  }

  @Test func everyFigureIsAPictureOfItsSize() throws {
    for figure in try Self.all() {
      let png = try figure.pngBytes(scale: 0.5)
      #expect(png.prefix(8) == [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
      func side(_ offset: Int) -> Int { png[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
      #expect(side(16) == Int((figure.size.width * 0.5).rounded(.up)))
      #expect(side(20) == Int((figure.size.height * 0.5).rounded(.up)))
    }
  }

  @Test func theSameFigureGivesTheSameBytes() throws {
    for figure in try SampleFigures.ordinary() {
      #expect(try figure.svgString() == figure.svgString())
      #expect(try figure.inlineSVG(identifier: "a") == figure.inlineSVG(identifier: "a"))
    }
  }

  @Test func figuresOnAPageFollowItsThemeAndShareNoIdentifier() throws {
    let figures = try SampleFigures.ordinary()
    var seen: Set<String> = []
    for (index, figure) in figures.enumerated() {
      let svg = try figure.inlineSVG(identifier: "figure-\(index)")
      let inspection = try #require(SVGInspection(svg))
      #expect(seen.isDisjoint(with: inspection.identifiers))
      seen.formUnion(inspection.identifiers)
      #expect(!svg.contains("rgb("), "a colour without a role")
      #expect(svg.contains("var(--figure-ink,#1a1f26)") && svg.contains("var(--figure-paper,#ffffff)"))
    }
  }

  @Test func aHeatMapFillsEveryCellThatHoldsSomething() throws {
    let svg = try SampleFigures.ordinary()[0].inlineSVG(identifier: "m")
    // Seven cells above zero, ten steps of the scale.
    #expect(svg.split(separator: "var(--figure-heat,").count - 1 == 17)
  }

  @Test func summariesSayTheNumbers() throws {
    let figures = try SampleFigures.ordinary()
    #expect(figures[0].summary.contains("anger: 30 of 34 right"))
    #expect(figures[1].summary.contains("Best epoch 12"))
    #expect(figures[2].summary.contains("0.001 at first; 2e-5 from epoch 6"))
    #expect(figures[4].summary.contains("disgust: 3"))
    #expect(figures[9].summary.contains("SVM: notebook 43.0 %, ours 44.0 %; MLP: notebook 33.0 %, ours –"))
  }

  @Test(arguments: [0, -1, .nan, .infinity, 1e9, 1e-9]) func refusesScalesThatAreNone(scale: Double) throws {
    let figure = try SampleFigures.ordinary()[0]
    #expect(throws: FigureError.self) { try figure.pngBytes(scale: scale) }
  }

  @Test func writesFilesAndSaysWhyNot() throws {
    let folder = try TemporaryFolder()
    let figure = try SampleFigures.ordinary()[4]
    try figure.write(svg: "\(folder.path)/counts.svg")
    try figure.write(png: "\(folder.path)/counts.png", scale: 1)
    #expect(try folder.names == ["counts.png", "counts.svg"])
    #expect(try folder.text("counts.svg") == figure.svgString())
    let missing = "\(folder.path)/missing/counts.svg"
    #expect(throws: FigureError.file(.missingFolder(path: missing))) { try figure.write(svg: missing) }
  }

  @Test func refusesPicturesWhosePixelsDoNotFit() {
    for (width, height, count) in [(2, 2, 3), (0, 0, 0), (-1, -1, 1), (5_000, 1, 5_000), (.max, .max, 1)] {
      #expect(throws: FigureError.self) {
        try GreyPicture(width: width, height: height, pixels: [UInt8](repeating: 0, count: count))
      }
    }
  }

  @Test func rolesHaveColoursOfTheirOwn() {
    #expect(Set(FigureColor.allCases.map(\.light)).count == FigureColor.allCases.count)
    #expect(FigureColor.hexadecimal(0x00694d) == "#00694d")
  }

  @Test func longTextIsCutToItsWidth() {
    for width in [20.0, 55, 130] {
      let fitted = TextMeasure.fitted("a label that is longer than that", width: width, size: 11)
      #expect(fitted.hasSuffix("…") && TextMeasure.width(fitted, size: 11) <= width)
    }
    #expect(TextMeasure.fitted("short", width: 500, size: 11) == "short")
    let lines = TextMeasure.wrapped("one two three four five six", width: 60, size: 11, maximumLines: 3)
    #expect(lines.count == 3 && lines.allSatisfy { TextMeasure.width($0, size: 11) <= 60 })
  }
}

extension Double {
  /// As a document writes it: six significant digits.
  fileprivate func rounded(toPlaces digits: Int) -> Double { Double(String(format: "%.\(digits)g", self))! }
}
