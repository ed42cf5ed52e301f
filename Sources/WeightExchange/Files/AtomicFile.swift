import Glibc

/// A file that appears under its name only when it is complete: written under a temporary name in the same folder,
/// flushed to the disk, renamed, and the folder flushed too. Whatever goes wrong before, the file that had the name
/// stays as it was, and the temporary one is removed.
public enum AtomicFile {
  /// Takes the next bytes of a file that is being written.
  public struct Sink: ~Copyable {
    fileprivate let descriptor: Int32
    fileprivate let path: String

    /// Appends bytes.
    ///
    /// - Throws: ``WeightExportError/notWritable(path:operation:reason:)``, as when the disk is full.
    public borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(WeightExportError) {
      var offset = 0
      while offset < bytes.count {
        let written = Glibc.write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
        if written < 0 && errno == EINTR { continue }
        guard written > 0 else { throw AtomicFile.failure("write to", path) }
        offset += written
      }
    }

    /// Appends bytes.
    ///
    /// - Throws: ``WeightExportError/notWritable(path:operation:reason:)``, as when the disk is full.
    public borrowing func write(_ bytes: [UInt8]) throws(WeightExportError) {
      // The closure of withUnsafeBytes throws untyped errors only, so the error travels as a value.
      try bytes.withUnsafeBytes { buffer -> Result<Void, WeightExportError> in
        do throws(WeightExportError) { return .success(try write(buffer)) } catch { return .failure(error) }
      }.get()
    }
  }

  /// Writes a file of which readers never see a part.
  ///
  /// - Parameters:
  ///   - path: Where it shall stand; a file of that name is replaced.
  ///   - write: Hands over the contents.
  /// - Throws: ``WeightExportError/notWritable(path:operation:reason:)``, and whatever `write` throws.
  public static func write(
    to path: String, contents write: (borrowing Sink) throws(WeightExportError) -> Void
  ) throws(WeightExportError) {
    let temporary = temporaryPath(for: path)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure("create", temporary) }
    do throws(WeightExportError) {
      do throws(WeightExportError) {
        try write(Sink(descriptor: descriptor, path: temporary))
        guard fsync(descriptor) == 0 else { throw failure("flush", temporary) }
      } catch {
        close(descriptor)
        throw error
      }
      guard close(descriptor) == 0 else { throw failure("close", temporary) }
      guard rename(temporary, path) == 0 else { throw failure("replace", path) }
    } catch {
      unlink(temporary)
      throw error
    }
    try flushFolder(of: path)
  }

  /// Beside the file, since a rename does not cross file systems; hidden, and not the same for two writers.
  private static func temporaryPath(for path: String) -> String {
    let (folder, name) = split(path)
    let random = String(UInt64.random(in: .min ... .max), radix: 36)
    return "\(folder)/.\(name.prefix(100)).\(random).tmp"
  }

  private static func split(_ path: String) -> (folder: String, name: Substring) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path[...]) }
    let folder = path[..<slash]
    return (folder.isEmpty ? "/" : String(folder), path[path.index(after: slash)...])
  }

  /// Without this the new name may be lost with the power although the contents are safe.
  private static func flushFolder(of path: String) throws(WeightExportError) {
    let folder = split(path).folder
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open", folder) }
    defer { close(descriptor) }
    // Some file systems cannot flush a folder and say so by EINVAL; the file itself is safe there as well.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure("flush", folder) }
  }

  fileprivate static func failure(_ operation: String, _ path: String) -> WeightExportError {
    .notWritable(path: path, operation: operation, reason: String(cString: strerror(errno)))
  }
}
