/// Reads the table that FER2013 is published as: a row a picture, `emotion,pixels,Usage`, in whichever order the
/// header names the columns; the pixels are 2,304 numbers with blanks between them (I. Goodfellow et al.,
/// "Challenges in Representation Learning: A report on three machine learning contests", 2013).
enum FER2013Table {
  static func read(_ path: String, options: ReadingOptions) throws(DatasetError) -> DatasetReading {
    if try FER2013Archive.isArchive(path) {
      let archive = try FER2013Archive(path: path)
      return try read(archive, file: "\(path), \(archive.entry)", options: options)
    }
    return try read(FileSource(path: path), file: path, options: options)
  }

  static func read(
    _ source: any ByteSource, file: String, options: ReadingOptions
  ) throws(DatasetError) -> DatasetReading {
    let lines = LineReader(source, file: file, maximumBytes: options.maximumBytes)
    guard let first = try lines.next() else { throw .noHeader(file: file) }
    guard case .bytes(let header) = first else {
      throw .headerTooLong(file: file, maximumBytes: LineReader.maximumLineBytes)
    }
    var parser = RowParser(
      columns: try TableColumns(header: header, file: file, options: options),
      usageWithoutColumn: options.usageWithoutColumn)
    var skipped = SkippedRows()
    var sourceRows: [Int] = []
    var row = -1
    while let line = try lines.next() {
      if case .bytes(let bytes) = line, bytes.allSatisfy(\.isBlank) { continue }
      row += 1
      do throws(RowProblem) {
        guard case .bytes(let bytes) = line else { throw .tooLong(maximumBytes: LineReader.maximumLineBytes) }
        try parser.add(bytes)
        sourceRows.append(row)
      } catch {
        let error = DatasetError.badRow(file: file, line: lines.lineNumber, error)
        if !options.skipsBadRows { throw error }
        skipped.add(error)
      }
      if sourceRows.count > options.maximumPictures {
        throw .tooManyPictures(file: file, maximumPictures: options.maximumPictures)
      }
    }
    if sourceRows.isEmpty { throw skipped.examples.first ?? .noPictures(file: file) }
    let pictures = FacePictures(
      pixels: parser.pixels, labels: parser.labels, usage: parser.usage, sourceRows: sourceRows)
    return DatasetReading(pictures: pictures, skipped: skipped, files: [])
  }
}
