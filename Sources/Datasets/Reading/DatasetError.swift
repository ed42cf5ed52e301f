import Glibc
import Imaging

/// Why labelled pictures cannot be read.
public enum DatasetError: Error, Equatable, Sendable {
  case systemCall(name: String, path: String, errno: Int32)
  /// A device, pipe or socket where a file or folder is needed.
  case notAFile(path: String)
  /// libarchive's own words; the entry is nil while the archive itself is looked at.
  case archive(path: String, entry: String?, reason: String)
  /// The archive has none of the tables that are looked for; the first entries that it has instead.
  case noTableInArchive(path: String, entries: [String])
  /// The file has no line with column names.
  case noHeader(file: String)
  /// The first line, which should have the column names, is too long to be one.
  case headerTooLong(file: String, maximumBytes: Int)
  /// A column that is needed is not in the header, which names these.
  case missingColumn(file: String, column: String, header: [String])
  case repeatedColumn(file: String, column: String)
  /// A row of a table; lines are counted from 1, the header's.
  case badRow(file: String, line: Int, RowProblem)
  /// A picture of a folder.
  case badPicture(PictureFileError)
  /// A folder that is named neither after an emotion nor after a part.
  case unknownFolder(path: String)
  case tooManyBytes(file: String, maximumBytes: Int)
  case tooManyPictures(file: String, maximumPictures: Int)
  /// It was read to its end and holds no picture.
  case noPictures(file: String)

  /// What an error is about, for counting those that are alike.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case fieldCount, quotes, label, pixelValue, pixelCount, usage, lineLength, picture, file
  }

  /// What this error is about.
  public var kind: Kind {
    switch self {
    case .badRow(_, _, let problem): problem.kind
    case .badPicture: .picture
    default: .file
    }
  }
}

/// What is wrong with one row of a table.
public enum RowProblem: Error, Equatable, Sendable {
  case wrongFieldCount(expected: Int, actual: Int)
  /// A field, counted from 1, begins with a quotation mark and has no matching one at its end.
  case unmatchedQuotes(field: Int)
  case badLabel(text: String)
  /// A value, counted from 0, that is no whole number from 0 to 255.
  case badPixel(index: Int, text: String)
  case wrongPixelCount(actual: Int)
  case unknownUsage(text: String)
  case tooLong(maximumBytes: Int)

  var kind: DatasetError.Kind {
    switch self {
    case .wrongFieldCount: .fieldCount
    case .unmatchedQuotes: .quotes
    case .badLabel: .label
    case .badPixel: .pixelValue
    case .wrongPixelCount: .pixelCount
    case .unknownUsage: .usage
    case .tooLong: .lineLength
    }
  }
}

extension DatasetError: CustomStringConvertible {
  /// Where, what is wrong and what to do, in one line.
  public var description: String {
    switch self {
    case .systemCall(let name, let path, let errno):
      "\(path): \(name) failed: \(String(cString: strerror(errno)))"
    case .notAFile(let path): "\(path): neither a file nor a folder"
    case .archive(let path, let entry, let reason):
      "\(path)\(entry.map { ", \($0)" } ?? ""): the archive cannot be read: \(reason)"
    case .noTableInArchive(let path, let entries):
      "\(path): the archive has no \(FER2013Archive.tableNames.joined(separator: " or ")); it has "
        + (entries.isEmpty ? "no files" : entries.joined(separator: ", "))
    case .noHeader(let file): "\(file): the file is empty; its first line should be emotion,pixels,Usage"
    case .headerTooLong(let file, let maximumBytes):
      "\(file):1: the first line is longer than \(maximumBytes >> 10) KiB; it should be emotion,pixels,Usage: is this "
        + "another file?"
    case .missingColumn(let file, let column, let header):
      "\(file):1: there is no column '\(column)' but \(header.joined(separator: ", "))"
        + (column == TableColumns.usageName
          ? "; give --usage training, public-test or private-test for all of its rows, or use fer2013.csv"
          : "")
    case .repeatedColumn(let file, let column): "\(file):1: the column '\(column)' is there twice"
    case .badRow(let file, let line, let problem): "\(file):\(line): \(problem)"
    case .badPicture(let error): error.description
    case .unknownFolder(let path):
      "\(path): the folder is named neither after an emotion (\(FolderNames.emotionExamples)) nor after a part "
        + "(train, validation, test); rename it or move it away"
    case .tooManyBytes(let file, let maximumBytes): "\(file): more than \(maximumBytes >> 20) MiB of text"
    case .tooManyPictures(let file, let maximumPictures): "\(file): more than \(maximumPictures) pictures"
    case .noPictures(let file): "\(file): there are no pictures in it"
    }
  }
}

extension RowProblem: CustomStringConvertible {
  /// What is wrong, without the place.
  public var description: String {
    switch self {
    case .wrongFieldCount(let expected, let actual): "\(actual) fields where the header has \(expected)"
    case .unmatchedQuotes(let field): "field \(field) begins with a quotation mark and does not end with one"
    case .badLabel(let text): "emotion is '\(text)', not a whole number from 0 to 6"
    case .badPixel(let index, let text): "pixel \(index) is '\(text)', not a whole number from 0 to 255"
    case .wrongPixelCount(let actual):
      "\(actual) pixels where \(FacePictures.pixelsPerPicture) (48x48) are needed"
    case .unknownUsage(let text): "Usage is '\(text)', not Training, PublicTest or PrivateTest"
    case .tooLong(let maximumBytes): "the line is longer than \(maximumBytes >> 10) KiB"
    }
  }
}
