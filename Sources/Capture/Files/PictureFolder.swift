import Glibc
import Imaging

/// The pictures in a folder.
public enum PictureFolder {
  /// The paths of all files in a folder whose name ends as a picture's does, in the order in which people
  /// expect them (`2.jpg` before `10.jpg`). Hidden files and folders inside are left out.
  ///
  /// - Throws: ``CaptureError``: the folder is not there, may not be read, or is none.
  public static func pictures(in folder: String) throws(CaptureError) -> [String] {
    guard let directory = opendir(folder) else {
      throw FileFailure.error(of: "opendir", path: folder, errno: errno)
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        String(cString: UnsafeRawPointer(field).assumingMemoryBound(to: CChar.self))
      }
      guard entry.pointee.d_type != DT_DIR, !name.hasPrefix("."), isPicture(named: name) else { continue }
      names.append(name)
    }
    names.sort(by: NaturalOrder.precedes)
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    return names.map { prefix + $0 }
  }

  private static func isPicture(named name: String) -> Bool {
    guard let dot = name.lastIndex(of: ".") else { return false }
    return PictureFile.nameExtensions.contains(name[name.index(after: dot)...].lowercased())
  }
}

/// System calls on files that fail, as errors.
enum FileFailure {
  static func error(of call: String, path: String, errno number: Int32) -> CaptureError {
    switch number {
    case ENOENT: .notFound(path: path)
    case ENOTDIR: .unreadable(path: path, reason: "a part of the path is not a directory")
    case EACCES, EPERM: .notPermitted(path: path)
    default: .systemCall(name: call, path: path, errno: number)
    }
  }
}

extension CaptureError {
  /// A picture file's failure as a source's.
  init(_ error: PictureFileError) {
    switch error {
    case .notFound(let path): self = .notFound(path: path)
    case .notPermitted(let path): self = .notPermitted(path: path)
    case .systemCall(let name, let path, let errno): self = .systemCall(name: name, path: path, errno: errno)
    case .notAFile, .tooLarge, .notAPicture: self = .unreadable(path: error.path, reason: error.reason)
    }
  }
}
