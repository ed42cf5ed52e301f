import DurableFiles

/// Why a machine-readable report was not written or read.
public enum ReportDocumentError: Error, Equatable, Sendable {
  /// The file cannot be opened or read; the system's reason.
  case unreadable(path: String, reason: String)
  /// A number that JSON cannot hold; the encoder's words.
  case unencodable(reason: String)
  /// Another kind of file; the format that it names.
  case wrongFormat(String)
  /// A version that this program does not know.
  case unknownVersion(Int)
  /// Not the JSON that the format asks for: the keys that lead to the place, and the reason.
  case malformed(place: String, reason: String)
  /// It was made but not written.
  case file(FileWriteError)
}

extension ReportDocumentError: CustomStringConvertible {
  /// What is wrong and where, in one line.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
    case .unencodable(let reason): "the report cannot be written as JSON: \(reason)"
    case .wrongFormat(let format):
      "this is a file of the format \"\(format)\"; needed is \(ReportDocument.formatName)"
    case .unknownVersion(let version):
      "the report has version \(version); this program reads up to \(ReportDocument.currentVersion)"
    case .malformed(let place, let reason):
      "the report is malformed\(place.isEmpty ? "" : " at \(place)"): \(reason)"
    case .file(let error): error.description
    }
  }
}
