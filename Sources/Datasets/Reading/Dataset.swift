import Glibc

/// Reads labelled face pictures from wherever people have them.
public enum Dataset {
  /// Reads a table (`fer2013.csv`, `icml_face_data.csv`), an archive with such a table in it (Kaggle's `archive.zip`,
  /// the contest's `fer2013.tar.gz`) or a folder of pictures by label; told apart by what they are, not by their
  /// names.
  ///
  ///     let reading = try Dataset.read("archive.zip")
  ///     print(reading.pictures.count)  // 35887
  ///
  /// - Throws: ``DatasetError`` with the file and the place in it.
  public static func read(
    _ path: String, options: ReadingOptions = ReadingOptions()
  ) throws(DatasetError) -> DatasetReading {
    var status = stat()
    guard stat(path, &status) == 0 else { throw .systemCall(name: "stat", path: path, errno: errno) }
    if status.st_mode & S_IFMT == S_IFDIR { return try LabelledFolder.read(path, options: options) }
    return try FER2013Table.read(path, options: options)
  }
}

/// What is accepted while reading.
public struct ReadingOptions: Sendable, Equatable {
  /// Continue after a bad row or picture and count it, instead of failing at the first.
  public var skipsBadRows: Bool
  /// The part that all rows of a table without a column `Usage` belong to; nil to refuse such a table.
  public var usageWithoutColumn: Usage?
  /// The part that pictures below a folder `test` belong to whose names do not say it, as those in Kaggle's folders do.
  public var usageOfTestFolder: Usage
  /// The largest table, in bytes after decompression. FER2013 has 301 million.
  public var maximumBytes: Int
  /// The most pictures; each takes 2,304 bytes of memory. FER2013 has 35,887.
  public var maximumPictures: Int

  /// Everything is checked and the first bad row ends the reading, unless told otherwise.
  public init(
    skipsBadRows: Bool = false, usageWithoutColumn: Usage? = nil, usageOfTestFolder: Usage = .privateTest,
    maximumBytes: Int = 8 << 30, maximumPictures: Int = 1_000_000
  ) {
    self.skipsBadRows = skipsBadRows
    self.usageWithoutColumn = usageWithoutColumn
    self.usageOfTestFolder = usageOfTestFolder
    self.maximumBytes = maximumBytes
    self.maximumPictures = maximumPictures
  }
}

/// What was read.
public struct DatasetReading: Sendable {
  /// In the order of the table's rows or, from a folder, of ``files``.
  public let pictures: FacePictures
  /// What was left out.
  public let skipped: SkippedRows
  /// The files of a folder by part, label and name; empty for a table.
  public let files: [String]
}

/// The rows or pictures that were left out because something is wrong with them.
public struct SkippedRows: Sendable, Equatable {
  /// How many errors are kept for people to look at.
  public static let maximumExamples = 10

  /// How many there are of each kind.
  public private(set) var counts: [DatasetError.Kind: Int] = [:]
  /// The first few.
  public private(set) var examples: [DatasetError] = []

  /// How many there are.
  public var total: Int { counts.values.reduce(0, +) }

  mutating func add(_ error: DatasetError) {
    counts[error.kind, default: 0] += 1
    if examples.count < Self.maximumExamples { examples.append(error) }
  }
}
