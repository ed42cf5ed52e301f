import Foundation
import Glibc

/// The name and password that a broker asks for, from a file: the name on its first line, the password on the second.
struct BrokerCredentials {
  /// Why a file is of no use; for people.
  struct Failure: Error, Equatable { let reason: String }

  let user: String
  /// Nil where the file has one line.
  let password: String?

  private static let maximumBytes = 4096

  /// Reads a file that others cannot read.
  init(path: String) throws(Failure) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw Failure(reason: "\(path): cannot be read: \(String(cString: strerror(errno)))")
    }
    guard status.st_mode & 0o007 == 0 else {
      throw Failure(reason: "\(path): everybody on this machine can read the password; chmod 600 \(path)")
    }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= Self.maximumBytes else {
      throw Failure(reason: "\(path): is no file of two lines, name and password")
    }
    let text: String
    do { text = try String(contentsOfFile: path, encoding: .utf8) } catch {
      throw Failure(reason: "\(path): cannot be read: \(error.localizedDescription)")
    }
    let lines = text.replacing("\r\n", with: "\n")
      .split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
    guard let first = lines.first, !first.isEmpty, !text.utf8.contains(0) else {
      throw Failure(reason: "\(path): its first line is no name")
    }
    user = String(first)
    password = lines.count > 1 && !lines[1].isEmpty ? String(lines[1]) : nil
  }
}
