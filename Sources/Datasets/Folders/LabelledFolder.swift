import Faces
import Imaging

/// Reads pictures that lie in folders named after what they show: `angry/1.png`, or with the part above it,
/// `train/angry/1.png`. Where a picture's own name begins with a part, `test/angry/PrivateTest_88305.jpg`, it is that
/// one. Without a part they are training pictures.
enum LabelledFolder {
  private struct File {
    let path: String
    let label: Emotion
    let usage: Usage
  }

  static func read(_ root: String, options: ReadingOptions) throws(DatasetError) -> DatasetReading {
    let files = try files(below: root, options: options)
    var pixels: [UInt8] = []
    var kept: [Int] = []
    var skipped = SkippedRows()
    for (index, file) in files.enumerated() {
      do throws(PictureFileError) {
        // Half a face teaches something wrong.
        pixels.append(contentsOf: normalized(try PictureFile.read(file.path, tolerant: false)))
        kept.append(index)
      } catch {
        if !options.skipsBadRows { throw .badPicture(error) }
        skipped.add(.badPicture(error))
      }
    }
    if kept.isEmpty { throw skipped.examples.first ?? .noPictures(file: root) }
    let pictures = FacePictures(
      pixels: pixels, labels: kept.map { files[$0].label }, usage: kept.map { files[$0].usage },
      sourceRows: kept)
    return DatasetReading(pictures: pictures, skipped: skipped, files: files.map(\.path))
  }

  /// Grey, 48x48. A picture that is not square keeps its proportions: beyond its longer edges lie their last
  /// samples, as for a face at the edge of a camera's frame.
  static func normalized(_ picture: Picture) -> [UInt8] {
    let side = Double(max(picture.width, picture.height))
    let region = PictureRegion(
      x: (Double(picture.width) - side) / 2, y: (Double(picture.height) - side) / 2, width: side, height: side
    )
    let count = FacePictures.pixelsPerPicture
    let input = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      FacePreprocessing.writeInput(of: region, in: picture, to: buffer.baseAddress!)
      initialized = count
    }
    return input.map { UInt8(min(max($0 * 255, 0), 255).rounded()) }
  }

  private static func files(below root: String, options: ReadingOptions) throws(DatasetError) -> [File] {
    var labelled: [(path: String, label: Emotion, usage: Usage)] = []
    for name in try FolderListing(root).folders {
      let path = "\(root)/\(name)"
      if let emotion = FolderNames.emotion(name) {
        labelled.append((path, emotion, .training))
      } else if let usage = FolderNames.usage(name, test: options.usageOfTestFolder) {
        for below in try FolderListing(path).folders {
          guard let emotion = FolderNames.emotion(below) else {
            throw .unknownFolder(path: "\(path)/\(below)")
          }
          labelled.append(("\(path)/\(below)", emotion, usage))
        }
      } else {
        throw .unknownFolder(path: path)
      }
    }
    var files: [File] = []
    labelled.sort { $0.path < $1.path }
    for folder in labelled {
      let listing = try FolderListing(folder.path)
      if let below = listing.folders.first { throw .unknownFolder(path: "\(folder.path)/\(below)") }
      for name in listing.files where isPictureName(name) {
        let usage = FolderNames.usage(ofFile: name) ?? folder.usage
        files.append(File(path: "\(folder.path)/\(name)", label: folder.label, usage: usage))
      }
      if files.count > options.maximumPictures {
        throw .tooManyPictures(file: root, maximumPictures: options.maximumPictures)
      }
    }
    // Stable: within a part and a label they stay in the order of their paths.
    files.sort { ($0.usage.rawValue, $0.label.rawValue) < ($1.usage.rawValue, $1.label.rawValue) }
    return files
  }

  private static func isPictureName(_ name: String) -> Bool {
    guard let dot = name.lastIndex(of: ".") else { return false }
    return PictureFile.nameExtensions.contains(name[name.index(after: dot)...].lowercased())
  }
}
