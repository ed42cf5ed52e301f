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
  ///   - files: The pictures that are read.
  /// - Throws: Where a picture would be written over one that is read, or over another that is written; before
  ///   anything is.
  init(_ path: String, for files: [String]) throws(CommandFailure) {
    place = try Self.place(path, pictureCount: files.count)
    let readers = Dictionary(
      files.map { (Self.identity(URL(filePath: $0)), $0) }, uniquingKeysWith: { first, _ in first })
    var writers: [String: String] = [:]
    for file in files {
      let url = url(for: file)
      let identity = Self.identity(url)
      if let reader = readers[identity] {
        throw CommandFailure(
          status: .usage,
          message: "--annotate \(url.path): would overwrite the picture \(reader)"
            + (reader == file ? " itself" : ", which is to be read"))
      }
      if let other = writers.updateValue(file, forKey: identity), other != file {
        throw CommandFailure(
          status: .usage,
          message:
            "--annotate \(url.path): would be written for \(other) and for \(file); give them folders of "
            + "their own, in two calls")
      }
    }
  }

  /// What tells files apart whatever way leads to them.
  private static func identity(_ url: URL) -> String {
    url.standardizedFileURL.resolvingSymlinksInPath().path
  }

  private func url(for file: String) -> URL {
    switch place {
    case .file(let url): url
    case .folder(let folder): folder.appending(path: Self.name(for: file))
    }
  }

  private static func place(_ path: String, pictureCount: Int) throws(CommandFailure) -> Place {
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
      return .folder(URL(filePath: path, directoryHint: .isDirectory))
    }
    return .file(URL(filePath: path))
  }

  /// Writes a picture; as PNG where the name ends in .png, else as JPEG.
  func write(_ picture: Picture, for file: String, quality: Int) throws(CommandFailure) {
    let url = url(for: file)
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
