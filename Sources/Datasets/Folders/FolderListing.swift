import Glibc

/// The names in a folder, hidden ones and archivers' leavings aside, in the order of their bytes.
struct FolderListing {
  let folders: [String]
  let files: [String]

  init(_ path: String) throws(DatasetError) {
    guard let directory = opendir(path) else { throw .systemCall(name: "opendir", path: path, errno: errno) }
    defer { closedir(directory) }
    var folders: [String] = []
    var files: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(directory) else { break }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasPrefix(".") || name == "__MACOSX" { continue }
      var status = stat()
      // A link into nowhere is as good as no file.
      guard stat("\(path)/\(name)", &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR { folders.append(name) } else { files.append(name) }
    }
    guard errno == 0 else { throw .systemCall(name: "readdir", path: path, errno: errno) }
    self.folders = folders.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    self.files = files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
