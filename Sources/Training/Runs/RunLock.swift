import DurableFiles
import Foundation

/// Keeps other processes out of a run's folder while it lives. The system lets go of it when the process ends, however
/// that comes about.
public final class RunLock {
  private let descriptor: Int32

  fileprivate init(descriptor: Int32) { self.descriptor = descriptor }

  /// Unlocked before it is closed: a child process that begins at this moment has a copy of the descriptor until it runs
  /// its own program, and the lock would stay for as long.
  deinit {
    guard descriptor >= 0 else { return }
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}

extension RunFolder {
  /// What is locked; it stays when the run is over.
  public static let lockName = ".lock"

  /// Keeps the folder for this process.
  ///
  /// - Returns: What has to live as long as the folder is worked in.
  /// - Throws: ``RunFolderError/inUse(path:)`` where another process works in it.
  public func lock() throws(RunFolderError) -> RunLock {
    let path = file(Self.lockName)
    let descriptor = open(path, O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o666)
    guard descriptor >= 0 else {
      let code = errno
      // Where nothing can be written no other process works; what has to be written says so itself.
      if [EACCES, EPERM, EROFS].contains(code) { return RunLock(descriptor: -1) }
      throw .file(.systemCall(name: "open", path: path, errno: code))
    }
    let lock = RunLock(descriptor: descriptor)
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let code = errno
      if code == EINTR { continue }
      if code == EAGAIN { throw .inUse(path: self.path) }
      // Some file systems have no locks; a run there is as safe as it was without.
      break
    }
    return lock
  }
}
