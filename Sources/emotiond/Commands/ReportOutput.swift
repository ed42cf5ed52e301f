import History

/// Writes a report to standard output in large pieces.
struct ReportOutput {
  private static let pieceBytes = 65_536

  private let format: ReportFormat
  private var layout = ReportLayout.faces
  private var bytes: [UInt8] = []

  init(format: ReportFormat) { self.format = format }

  /// Begins a report with its heading.
  mutating func begin(_ layout: ReportLayout) {
    self.layout = layout
    bytes += Array(format.heading(layout).utf8)
  }

  /// Adds a row.
  mutating func add(_ row: [ReportValue]) throws(StandardOutput.Failure) {
    bytes += Array(format.line(row, layout).utf8)
    if bytes.count >= Self.pieceBytes { try flush() }
  }

  /// Writes what is left.
  mutating func flush() throws(StandardOutput.Failure) {
    try StandardOutput.write(bytes)
    bytes.removeAll(keepingCapacity: true)
  }
}
