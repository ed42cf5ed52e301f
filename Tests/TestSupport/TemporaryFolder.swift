import Foundation

/// A folder that is gone when the test is over.
public final class TemporaryFolder {
  /// Where it is.
  public let url = FileManager.default.temporaryDirectory.appending(
    path: "emotiond-test-\(UUID().uuidString)")

  /// Makes it.
  public init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Where it is, without a slash at the end.
  public var path: String { url.path }

  /// Everything in it.
  public var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }

  /// Where a file of that name in it is.
  public func path(_ name: String) -> String { url.appending(path: name).path }

  /// Writes a file.
  ///
  /// - Returns: Its path.
  @discardableResult
  public func write(_ bytes: [UInt8], as name: String) throws -> String {
    try Data(bytes).write(to: url.appending(path: name))
    return path(name)
  }

  /// Writes a file of text.
  ///
  /// - Returns: Its path.
  @discardableResult
  public func write(_ text: String, as name: String) throws -> String {
    try write(Array(text.utf8), as: name)
  }

  /// A file's content.
  public func bytes(_ name: String) throws -> Data { try Data(contentsOf: url.appending(path: name)) }

  /// A file's content as text.
  public func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  /// The lines of a file; nil where there is none.
  public func lines(_ name: String) -> [String]? {
    (try? text(name))?.split(separator: "\n").map(String.init)
  }

  /// Whether there is a file of that name.
  public func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
}
