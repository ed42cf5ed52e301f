import Foundation
import Imaging

/// Where annotated pictures go: one file, or a folder for any number.
struct AnnotationTarget {
  private enum Place: Equatable {
    case file(URL)
    case folder(URL)
  }

  private let place: Place

  /// - Parameters:
  ///   - path: A folder where it ends in a slash, is one already, or several pictures are to be written.
  ///   - pictureCount: How many pictures are to be written.
  init(_ path: String, pictureCount: Int) throws(CommandFailure) {
    var isDirectory: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
    if path.hasSuffix("/") || isDirectory.boolValue || pictureCount > 1 {
      if exists && !isDirectory.boolValue {
        throw CommandFailure(
          status: .usage,
          message: "--annotate \(path): is a file, but a folder is needed for \(pictureCount) pictures")
      }
      do {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      } catch {
        throw CommandFailure(
          status: .inputOutput, message: "--annotate \(path): cannot be made: \(error.localizedDescription)")
      }
      place = .folder(URL(filePath: path, directoryHint: .isDirectory))
    } else {
      place = .file(URL(filePath: path))
    }
  }

  /// Writes a picture; as PNG where the name ends in .png, else as JPEG.
  func write(_ picture: Picture, for file: String, quality: Int) throws(CommandFailure) {
    let url =
      switch place {
      case .file(let url): url
      case .folder(let folder): folder.appending(path: Self.name(for: file))
      }
    if url.resolvingSymlinksInPath().path == URL(filePath: file).resolvingSymlinksInPath().path {
      throw CommandFailure(
        status: .usage, message: "--annotate \(url.path): would overwrite the picture itself")
    }
    let bytes: [UInt8]
    do {
      bytes =
        url.pathExtension.lowercased() == "png"
        ? try PNGEncoder.encode(picture) : try JPEGEncoder().encode(picture, quality: quality)
    } catch {
      throw CommandFailure(status: .inputOutput, message: "\(url.path): \(error)")
    }
    do { try Data(bytes).write(to: url, options: .atomic) } catch {
      throw CommandFailure(
        status: .inputOutput, message: "\(url.path): cannot be written: \(error.localizedDescription)")
    }
  }

  /// `photo.jpg` for `people/photo.jpg`; always a name that says its format.
  private static func name(for file: String) -> String {
    let url = URL(filePath: file)
    let isPNG = url.pathExtension.lowercased() == "png"
    return url.deletingPathExtension().lastPathComponent + (isPNG ? ".png" : ".jpg")
  }
}
