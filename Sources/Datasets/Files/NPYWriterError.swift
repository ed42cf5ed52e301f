import DurableFiles

/// Why an array was not written. What stood under its name before still stands there.
public enum NPYWriterError: Error, Equatable, Sendable {
  /// The file could not be written.
  case file(FileWriteError)
  /// Fewer or more values than the shape in the header says.
  case wrongValueCount(path: String, expected: Int, actual: Int)
}

extension NPYWriterError: CustomStringConvertible {
  /// The path and what is wrong, in one line.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .wrongValueCount(let path, let expected, let actual):
      "\(path): \(actual) values were written where its shape has \(expected)"
    }
  }
}
