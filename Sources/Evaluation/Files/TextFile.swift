import Foundation

/// Whole files of text from outside.
enum TextFile {
  /// Why a file is not read.
  enum Failure: Error {
    /// The system's reason.
    case unreadable(reason: String)
    case tooLarge
    case notText
  }

  /// Reads UTF-8; a file that is too large is not read to its end.
  static func read(_ path: String, maximumBytes: Int) throws(Failure) -> String {
    let content: Data
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? handle.close() }
      content = try handle.read(upToCount: maximumBytes + 1) ?? Data()
    } catch {
      throw .unreadable(reason: error.localizedDescription)
    }
    guard content.count <= maximumBytes else { throw .tooLarge }
    guard let text = String(validating: content, as: UTF8.self) else { throw .notText }
    return text
  }
}
