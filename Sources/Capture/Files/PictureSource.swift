import Imaging

/// Picture files as frames, one after the other: a folder's pictures, or a single one.
///
///     let source = try PictureSource(folder: "holiday", framesPerSecond: 1, loops: false, stop: stop)
///
/// A file that cannot be decoded is reported as dropped and skipped. Each frame has its file's name and says
/// when it is due; ``PacedSource`` plays them at that rate.
public final class PictureSource: FrameSource {
  /// What it is, for people: the file or folder, and how many pictures there are.
  public let description: String
  /// Pictures a second as they were asked for.
  public var nominalFramesPerSecond: Double? { framesPerSecond }

  /// What is named in errors: the folder, or the file.
  private let path: String
  private let files: [String]
  private let framesPerSecond: Double
  private let loops: Bool
  private let stop: StopSignal
  private var position = 0
  private var sequence: UInt64 = 0
  private var shownInThisPass = 0
  private var firstFailure: PictureFileError?
  /// The picture of a single file that repeats, so that it is decoded once.
  private var repeated: Picture?

  /// All pictures of a folder.
  ///
  /// - Parameters:
  ///   - folder: See ``PictureFolder/pictures(in:)``.
  ///   - framesPerSecond: How many are shown a second, 0.001 to 1000.
  ///   - loops: Whether the first one follows on the last one.
  ///   - stop: Ends the source.
  /// - Throws: ``CaptureError``: the folder cannot be read, or has no pictures.
  public convenience init(
    folder: String, framesPerSecond: Double = 1, loops: Bool, stop: StopSignal
  ) throws(CaptureError) {
    let files = try PictureFolder.pictures(in: folder)
    guard !files.isEmpty else {
      throw .unreadable(path: folder, reason: "the folder has no .jpg, .jpeg or .png files")
    }
    try self.init(
      path: folder, files: files, framesPerSecond: framesPerSecond, loops: loops, stop: stop,
      description: "\(folder), \(files.count) picture\(files.count == 1 ? "" : "s")")
  }

  /// One picture; with `loops`, shown for ever.
  ///
  /// - Throws: ``CaptureError`` only for a rate that is none; what is wrong with the file, ``next()`` says.
  public convenience init(
    file: String, framesPerSecond: Double = 5, loops: Bool, stop: StopSignal
  ) throws(CaptureError) {
    try self.init(
      path: file, files: [file], framesPerSecond: framesPerSecond, loops: loops, stop: stop,
      description: "\(file), a picture")
  }

  private init(
    path: String, files: [String], framesPerSecond: Double, loops: Bool, stop: StopSignal, description: String
  ) throws(CaptureError) {
    guard (0.001...1000).contains(framesPerSecond) else {
      throw .unreadable(
        path: path, reason: "\(framesPerSecond) pictures a second are not within 0.001 and 1000")
    }
    self.path = path
    self.files = files
    self.framesPerSecond = framesPerSecond
    self.loops = loops
    self.stop = stop
    self.description = "\(description) at \(FrameRate.text(framesPerSecond))"
  }

  /// Decodes the next file.
  ///
  /// - Throws: ``CaptureError`` where none of the files can be shown.
  public func next() throws(CaptureError) -> SourceEvent {
    if stop.isRaised { return .end }
    if position == files.count {
      if shownInThisPass == 0 { throw nothingReadable() }
      guard loops else { return .end }
      position = 0
      shownInThisPass = 0
    }
    let file = files[position]
    position += 1
    defer { sequence += 1 }
    let picture: Picture
    do throws(PictureFileError) {
      if let repeated { picture = repeated } else { picture = try PictureFile.read(file) }
    } catch {
      if firstFailure == nil { firstFailure = error }
      return .dropped(reason: .undecodable, count: 1)
    }
    if files.count == 1 { repeated = picture }
    shownInThisPass += 1
    return .frame(
      Frame(
        payload: .picture(picture), sequence: sequence, capturedAt: .now,
        presentationNanoseconds: FrameRate.nanoseconds(ofFrame: sequence, framesPerSecond: framesPerSecond),
        name: file))
  }

  private func nothingReadable() -> CaptureError {
    guard let firstFailure else { return .unreadable(path: path, reason: "no picture can be read") }
    if files.count == 1 { return CaptureError(firstFailure) }
    return .unreadable(
      path: path, reason: "none of its \(files.count) pictures can be read; the first: \(firstFailure)")
  }
}
