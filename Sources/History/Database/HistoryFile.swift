import Foundation
import Glibc

/// What can be said of a database's file without SQLite.
enum HistoryFile {
  /// Marks a database as a history of this program: "emot" (PRAGMA application_id).
  static let applicationIdentifier: Int32 = 0x656D_6F74

  private static let magic = Array("SQLite format 3\0".utf8)
  /// Where the header has the application's identifier (sqlite.org/fileformat.html, section 1.3).
  private static let identifierOffset = 68
  private static let headerBytes = 100

  /// Refuses what is another program's, so that nobody's file is written to or moved by mistake. A file that is not
  /// there or empty is welcome.
  static func check(_ path: String) throws(HistoryError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      guard errno == ENOENT else {
        throw .unavailable(path: path, what: String(cString: strerror(errno)))
      }
      return
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .notAHistory(path: path)
    }
    guard status.st_size > 0 else { return }
    var header = [UInt8](repeating: 0, count: headerBytes)
    guard read(descriptor, &header, header.count) == header.count, header.starts(with: magic) else {
      throw .notAHistory(path: path)
    }
    let identifier = header[identifierOffset..<identifierOffset + 4].reduce(UInt32(0)) {
      $0 << 8 | UInt32($1)
    }
    // Zero: the program was killed before it had written its first page for good.
    guard identifier == UInt32(bitPattern: applicationIdentifier) || identifier == 0 else {
      throw .notAHistory(path: path)
    }
  }

  /// Whether the file is there and can be written, or can be made.
  static func isWritable(_ path: String) -> Bool {
    if access(path, F_OK) == 0 { return access(path, W_OK) == 0 }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    return access(folder, W_OK) == 0
  }

  /// Whether the program that wrote it last did not close it.
  static func wasLeftOpen(_ path: String) -> Bool {
    var status = stat()
    return stat(path + "-wal", &status) == 0 && status.st_size > 0
  }

  /// Gives a damaged database another name, with what belongs to it, and makes room for a new one.
  ///
  /// - Returns: The other name.
  static func moveAside(_ path: String, at date: Date = Date()) throws(HistoryError) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = "yyyyMMdd'T'HHmmss'Z'"
    let stem = "\(path).damaged-\(formatter.string(from: date))"
    let free = (0..<1000).lazy.map { $0 == 0 ? stem : "\(stem)-\($0)" }.first { access($0, F_OK) != 0 }
    guard let target = free else { throw .unavailable(path: path, what: "cannot be moved aside") }
    // SQLite finds the log of a database by its name: first the log, so that none is found with the new database.
    for suffix in ["-wal", "-shm", ""] where access(path + suffix, F_OK) == 0 {
      guard rename(path + suffix, target + suffix) == 0 else {
        throw .unavailable(path: path + suffix, what: String(cString: strerror(errno)))
      }
    }
    return target
  }
}
