import Datasets
import DurableFiles
import Evaluation
import Faces
import Foundation

/// A look at a data set, as files: the numbers, the charts and the pictures of the notebook's first section.
public struct ExplorationReport {
  /// The numbers.
  public let exploration: Exploration
  private let figures: [(name: String, figure: any Figure)]

  /// - Parameters:
  ///   - pictures: As they were read.
  ///   - source: What was read.
  ///   - seed: For the grid of pictures picked at random.
  /// - Throws: `FigureError`.
  public init(of pictures: FacePictures, source: String, seed: UInt64) throws(FigureError) {
    exploration = Exploration(of: pictures, source: source)
    let names = exploration.emotions
    let kept = pictures.droppingDuplicates()
    figures = [
      (
        "label-counts",
        LabelCountsFigure(
          labels: names, counts: exploration.labelCountsWithoutRepeats,
          title: "Pictures by emotion, without repeated rows")
      ),
      (
        "label-counts-by-part",
        LabelCountsFigure(
          labels: names,
          parts: exploration.parts.map { .init(name: $0.name, counts: $0.labelCounts) },
          title: "Pictures by emotion and part, all rows")
      ),
      (
        "samples-notebook",
        try Self.grid(SampleGrid.notebook(kept), kept, "Samples by emotion, the notebook's")
      ),
      (
        "samples-random",
        try Self.grid(
          SampleGrid.random(kept, seed: seed), kept, "Samples by emotion, at random with seed \(seed)")
      ),
    ]
  }

  private static func grid(
    _ rows: [[Int]], _ pictures: FacePictures, _ title: String
  ) throws(FigureError) -> SampleGridFigure {
    var shown: [SampleGridFigure.Row] = []
    for (emotion, places) in zip(Emotion.allCases, rows) {
      var row: [GreyPicture] = []
      for place in places { row.append(try GreyPicture(pictures, at: place)) }
      shown.append(.init(label: emotion.name, pictures: row))
    }
    return SampleGridFigure(rows: shown, title: title)
  }

  /// Writes `exploration.json`, `exploration.txt`, the figures and the page.
  ///
  /// - Throws: `FigureError`, `FileWriteError`, ``RunFolderError``.
  public func write(to folder: RunFolder, footer: String) throws {
    try ResultFolder.writeFigures(figures, to: folder)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(
      String(decoding: try encoder.encode(exploration), as: UTF8.self) + "\n",
      to: folder.file("exploration.json"))
    try AtomicFile.write(exploration.text, to: folder.file("exploration.txt"))
    try report(footer: footer).write(html: folder.file(RunFolder.reportName))
  }

  private func report(footer: String) -> Report {
    let found = exploration.duplicates
    return Report(
      title: "A look at \(exploration.source)",
      summary: "\(NumberText.grouped(exploration.rowCount)) rows, of which "
        + "\(NumberText.grouped(found.repeatedRows)) repeat an earlier one; "
        + "\(NumberText.grouped(found.distinctPictures)) pictures differ from each other.",
      keyFigures: [
        .init(label: "Rows", value: NumberText.grouped(exploration.rowCount)),
        .init(label: "Without repeats", value: NumberText.grouped(found.rowsWithoutRepeats)),
        .init(label: "Different pictures", value: NumberText.grouped(found.distinctPictures)),
        .init(
          label: "Under several labels", value: NumberText.grouped(found.groupsWithConflictingLabels),
          detail: "pictures whose emotion the table contradicts"),
      ],
      sections: [
        .init(heading: "Emotions", blocks: figures.prefix(2).map { .figure($0.figure) }),
        .init(heading: "Samples", blocks: figures.dropFirst(2).map { .figure($0.figure) }),
        .init(heading: "All numbers", blocks: [.preformatted(exploration.text)]),
      ],
      footer: footer)
  }
}
