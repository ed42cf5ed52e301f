import Glibc
import History

/// Writes a report to standard output in large pieces.
struct ReportOutput {
  /// Why nothing more can be written.
  struct Failure: Error, CustomStringConvertible {
    let errno: Int32
    var isReaderGone: Bool { errno == EPIPE }
    var description: String { String(cString: strerror(errno)) }
  }

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
  mutating func add(_ row: [ReportValue]) throws(Failure) {
    bytes += Array(format.line(row, layout).utf8)
    if bytes.count >= Self.pieceBytes { try flush() }
  }

  /// Writes what is left.
  mutating func flush() throws(Failure) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        write(STDOUT_FILENO, $0.baseAddress! + written, $0.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Failure(errno: errno) }
      written += count
    }
    bytes.removeAll(keepingCapacity: true)
  }
}
