import Faces

/// The columns of a report.
public struct ReportLayout: Sendable {
  /// One column.
  public struct Column: Sendable {
    /// Its name in all formats.
    public let name: String
    /// Characters that it takes up in a table; nil where a table leaves it out.
    public let width: Int?

    /// Whether it holds numbers, which stand to the right in a table.
    let isNumber: Bool

    init(_ name: String, width: Int? = nil, isNumber: Bool = false) {
      self.name = name
      self.width = width
      self.isNumber = isNumber
    }
  }

  /// In the order in which rows have them.
  public let columns: [Column]

  /// Of ``HistoryReader/faces(_:_:)``.
  public static let faces = ReportLayout(
    columns: [
      Column("time", width: 24), Column("camera", width: 12), Column("frame"), Column("frame_width"),
      Column("frame_height"), Column("face", width: 6, isNumber: true), Column("x"), Column("y"),
      Column("width", width: 5, isNumber: true),
      Column("height", width: 6, isNumber: true), Column("emotion", width: 9),
      Column("confidence", width: 10, isNumber: true),
      Column("uncertain", width: 9),
    ] + Emotion.allCases.map { Column($0.name) })

  /// Of ``HistoryReader/events(_:_:)``.
  public static let events = ReportLayout(columns: [
    Column("time", width: 24), Column("camera", width: 12), Column("state", width: 8),
    Column("reason", width: 1),
    Column("device"), Column("description", width: 1),
  ])

  /// Of ``HistoryReader/summary(_:bucketSeconds:_:)``.
  public static let summary = ReportLayout(
    columns: [
      Column("time", width: 24), Column("camera", width: 12), Column("records", width: 7, isNumber: true),
    ]
      + Emotion.allCases.map { Column($0.name, width: 9, isNumber: true) })
}
