import Foundation

/// Finds the cascades and the model that come with the program.
enum ResourceFiles {
  static let cascadeName = "cascades/haarcascade_frontalface_default.xml"
  static let modelName = "models/vgg19-fer2013.safetensors"

  /// The first folder that has the file: beside an installed program (`../share/emotiond`), above a program that
  /// was built in place, the system's folders.
  ///
  /// - Returns: A path; of a file that does not exist where none has it, so that the error names it.
  static func path(of name: String) -> String {
    let candidates = folders.map { $0.appending(path: name).path }
    return candidates.first { FileManager.default.fileExists(atPath: $0) } ?? candidates.last ?? name
  }

  private static var folders: [URL] {
    var folders: [URL] = []
    if let executable = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
      var folder = URL(filePath: executable).deletingLastPathComponent()
      folders.append(folder.appending(path: "../share/emotiond").standardizedFileURL)
      while folder.path != "/" {
        folders.append(folder)
        folder.deleteLastPathComponent()
      }
    }
    return folders + ["/usr/local/share/emotiond", "/usr/share/emotiond"].map { URL(filePath: $0) }
  }
}
