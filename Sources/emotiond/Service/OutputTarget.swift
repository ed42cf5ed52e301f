import Glibc
import Publishing

/// Where a stream of output goes, as it is written in the configuration.
enum OutputTarget: Equatable {
  case descriptor(Int32)
  case file(path: String)

  /// Nil for an empty text: no output.
  init?(_ text: String) throws(CommandFailure) {
    switch text {
    case "": return nil
    case "-": self = .descriptor(STDOUT_FILENO)
    case _ where text.hasPrefix("fd:"):
      guard let number = Int32(text.dropFirst(3)), number >= 0 else {
        throw CommandFailure(status: .usage, message: "output \(text): after fd: a number is expected")
      }
      self = .descriptor(number)
    default: self = .file(path: text)
    }
  }

  /// The path of a file that can be put away under another name when it is full; nil for descriptors and devices.
  var regularFile: String? {
    guard case .file(let path) = self else { return nil }
    let file = ServiceFolder.state.path(path)
    var status = stat()
    return stat(file, &status) != 0 || status.st_mode & S_IFMT == S_IFREG ? file : nil
  }

  /// The descriptor to write to, and whether it is ours to close.
  ///
  /// - Parameter holdsLines: Whether a file is to hold whole lines: what a program that was killed left of a last line
  ///   is cut off, and no two programs write at the same time.
  func open(holdsLines: Bool = false) throws(CommandFailure) -> (fileDescriptor: Int32, isOwned: Bool) {
    switch self {
    case .descriptor(let number):
      let flags = fcntl(number, F_GETFL)
      // A descriptor that would be closed on exec(2) was not passed to this program: it is one of its own.
      guard flags >= 0, flags & O_ACCMODE != O_RDONLY, fcntl(number, F_GETFD) & FD_CLOEXEC == 0 else {
        throw CommandFailure(
          status: .usage, message: "output fd:\(number): this descriptor is not open for writing")
      }
      return (number, false)
    case .file(let path):
      let file = ServiceFolder.state.path(path)
      // Who is seen how is nobody else's business: readable by the owner alone.
      let descriptor = Glibc.open(
        file, (holdsLines ? O_RDWR : O_WRONLY) | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else {
        throw CommandFailure(
          status: .inputOutput,
          message: "output \(file): cannot be opened: \(String(cString: strerror(errno)))")
      }
      if holdsLines { try takeOver(descriptor, file) }
      return (descriptor, true)
    }
  }

  private func takeOver(_ descriptor: Int32, _ path: String) throws(CommandFailure) {
    do throws(LineFile.Failure) { try LineFile.takeOver(descriptor) } catch {
      close(descriptor)
      throw CommandFailure(status: .inputOutput, message: "output \(path): \(error)")
    }
  }
}
