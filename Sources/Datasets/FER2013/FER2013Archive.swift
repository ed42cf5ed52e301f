import CArchive
import Glibc

/// The table inside an archive, decompressed while it is read: a ZIP file or a tar file, plain or compressed with
/// gzip, at any depth in its folders.
final class FER2013Archive: ByteSource {
  /// What the table is called, in order of preference, without regard to case.
  static let tableNames = ["fer2013.csv", "icml_face_data.csv"]

  /// More entries than this are no archive of FER2013.
  private static let maximumEntries = 10_000
  private static let blockBytes = 1 << 18

  /// The path of the table in the archive.
  let entry: String
  private let path: String
  private let reader: OpaquePointer

  /// Whether a file begins like a ZIP, gzip or tar file.
  static func isArchive(_ path: String) throws(DatasetError) -> Bool {
    let source = try FileSource(path: path)
    var beginning = [UInt8](repeating: 0, count: 512)
    let count = try beginning.withUnsafeMutableBufferPointer { buffer throws(DatasetError) in
      try source.read(into: UnsafeMutableRawBufferPointer(buffer))
    }
    let isTar = count >= 262 && beginning[257..<262].elementsEqual("ustar".utf8)
    return isTar || beginning.starts(with: [0x50, 0x4B, 3, 4]) || beginning.starts(with: [0x1F, 0x8B])
  }

  /// Opens the archive at its table. The most preferred table wins, so the names are read first.
  init(path: String) throws(DatasetError) {
    self.path = path
    let (names, seen) = try Self.tables(in: path)
    guard let best = names.min(by: { $0.rank < $1.rank }) else {
      throw .noTableInArchive(path: path, entries: seen)
    }
    entry = best.name
    reader = try Self.open(path)
    while let name = try Self.nextFile(reader, path: path) {
      if name == best.name { return }
    }
    throw .archive(path: path, entry: best.name, reason: "the file changed while it was read")
  }

  deinit { archive_read_free(reader) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(DatasetError) -> Int {
    let received = archive_read_data(reader, buffer.baseAddress, buffer.count)
    guard received >= 0 else { throw Self.failure(reader, path: path, entry: entry) }
    return received
  }

  private static func tables(
    in path: String
  ) throws(DatasetError) -> (tables: [(name: String, rank: Int)], seen: [String]) {
    let reader = try open(path)
    defer { archive_read_free(reader) }
    var tables: [(name: String, rank: Int)] = []
    var seen: [String] = []
    var count = 0
    while let name = try nextFile(reader, path: path) {
      count += 1
      if count > maximumEntries {
        throw .archive(path: path, entry: nil, reason: "it has more than \(maximumEntries) entries")
      }
      if seen.count < 8 { seen.append(name) }
      let last = name.split(separator: "/").last?.lowercased() ?? ""
      if let rank = tableNames.firstIndex(of: last) {
        tables.append((name, rank))
        if rank == 0 { break }
      }
    }
    return (tables, seen)
  }

  private static func open(_ path: String) throws(DatasetError) -> OpaquePointer {
    guard let reader = archive_read_new() else {
      throw .archive(path: path, entry: nil, reason: "out of memory")
    }
    archive_read_support_format_zip(reader)
    archive_read_support_format_tar(reader)
    archive_read_support_filter_gzip(reader)
    guard archive_read_open_filename(reader, path, blockBytes) == ARCHIVE_OK else {
      let error = failure(reader, path: path, entry: nil)
      archive_read_free(reader)
      throw error
    }
    return reader
  }

  /// The path of the next regular file; nil at the archive's end.
  private static func nextFile(_ reader: OpaquePointer, path: String) throws(DatasetError) -> String? {
    var entry: OpaquePointer?
    while true {
      let status = archive_read_next_header(reader, &entry)
      if status == ARCHIVE_EOF { return nil }
      guard status == ARCHIVE_OK || status == ARCHIVE_WARN else {
        throw failure(reader, path: path, entry: nil)
      }
      // A name that is no text in the current locale is none of those that are looked for.
      guard archive_entry_filetype(entry) == S_IFREG, let name = archive_entry_pathname(entry) else {
        continue
      }
      return String(cString: name)
    }
  }

  private static func failure(_ reader: OpaquePointer, path: String, entry: String?) -> DatasetError {
    let reason = archive_error_string(reader).map { String(cString: $0) } ?? "unknown error"
    return .archive(path: path, entry: entry, reason: reason)
  }
}
