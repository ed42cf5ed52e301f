/// A report that a person shows to a colleague: composed here, written as one self-contained page of HTML.
///
///     var report = Report(title: "VGG19 on FER2013", summary: "It labels 66 of 100 faces rightly.")
///     report.keyFigures = [.init(label: "Accuracy", value: "66.4 %", detail: "95 % interval 64.8 to 68.0 %")]
///     report.sections.append(
///       .init(heading: "Errors", blocks: [.paragraph("Where it goes wrong."), .figure(matrixFigure)]))
///     try report.write(html: "report.html")
///
/// All text is plain text: whatever it holds, it is shown and never becomes markup.
public struct Report: Sendable {
  /// A number that matters, large, with what it means.
  public struct KeyFigure: Sendable, Equatable {
    /// What it is, e.g. "Accuracy".
    public let label: String
    /// As it is read, with its unit, e.g. "66.4 %".
    public let value: String
    /// Its interval, its count or what to compare it with.
    public let detail: String

    /// A number with what it means.
    public init(label: String, value: String, detail: String = "") {
      self.label = label
      self.value = value
      self.detail = detail
    }

    /// A share of samples with its 95 % interval.
    public init(label: String, share: Double, interval: ConfidenceInterval, detail: String = "") {
      self.init(
        label: label, value: NumberText.percent(share),
        detail: "95 % interval \(NumberText.percent(interval))" + (detail.isEmpty ? "" : "; " + detail))
    }
  }

  /// How a note is meant.
  public enum NoteKind: Sendable, Equatable {
    /// Good to know.
    case information
    /// Something that limits what the numbers say.
    case caution
  }

  /// A piece of a section.
  public enum Block: Sendable {
    /// Running text.
    case paragraph(String)
    /// Short points.
    case list([String])
    /// Numbers that matter, as cards.
    case keyFigures([KeyFigure])
    /// A table with a caption above it, where that is not empty.
    case table(Table, caption: String = "")
    /// A figure with a caption below it, where that is not empty.
    case figure(any Figure, caption: String = "")
    /// Text set apart from the rest.
    case note(NoteKind, String)
    /// Text whose spaces and line feeds matter, e.g. a command or ``ClassificationReport/plainText(digits:)``.
    case preformatted(String)
  }

  /// A part of the report under one heading.
  public struct Section: Sendable {
    /// Also in the list of contents.
    public var heading: String
    /// From top to bottom.
    public var blocks: [Block]

    /// A section by its heading and pieces.
    public init(heading: String, blocks: [Block]) {
      self.heading = heading
      self.blocks = blocks
    }
  }

  /// At the top, and the name of the page.
  public var title: String
  /// What a hurried reader takes away: one or two sentences under the title.
  public var summary: String
  /// The numbers under the summary.
  public var keyFigures: [KeyFigure]
  /// The parts, in the order of reading.
  public var sections: [Section]
  /// Small text at the end: when, with which version, by which command it was made.
  public var footer: String

  /// A report; sections can be added later.
  public init(
    title: String, summary: String, keyFigures: [KeyFigure] = [], sections: [Section] = [],
    footer: String = ""
  ) {
    self.title = title
    self.summary = summary
    self.keyFigures = keyFigures
    self.sections = sections
    self.footer = footer
  }
}
