import Faces

/// The columns of a report.
public struct ReportLayout: Sendable {
  /// One column.
  public struct Column: Sendable {
    /// Its name in all formats.
    public let name: String
    /// Characters that it takes up in a table; nil where a table leaves it out.
    public let width: Int?

    init(_ name: String, width: Int? = nil) {
      self.name = name
      self.width = width
    }
  }

  /// In the order in which rows have them.
  public let columns: [Column]

  /// Of ``HistoryReader/faces(_:_:)``.
  public static let faces = ReportLayout(
    columns: [
      Column("time", width: 24), Column("camera", width: 12), Column("frame"), Column("frame_width"),
      Column("frame_height"), Column("face", width: 6), Column("x"), Column("y"), Column("width", width: 5),
      Column("height", width: 6), Column("emotion", width: 9), Column("confidence", width: 10),
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
    columns: [Column("time", width: 24), Column("camera", width: 12), Column("records", width: 7)]
      + Emotion.allCases.map { Column($0.name, width: 9) })
}
