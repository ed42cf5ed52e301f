import ArgumentParser
import Faces
import Foundation
import Imaging
import Pipeline

struct DetectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detect",
    abstract: "Finds and labels the faces in picture files.",
    discussion: """
      Prints one JSON object a picture on standard output, and says on standard error where no face was found or \
      a file cannot be read; the other files are done all the same.

        emotiond detect photo.jpg --annotate out.jpg
        emotiond detect *.jpg --annotate labelled/ > labels.ndjson

      Exit codes: 0 all read, 64 a picture would be written over another, 65 a file that is no picture, 66 a file \
      that is not there, 74 an output that cannot be written.
      """)

  @Argument(help: ArgumentHelp("Pictures (JPEG, PNG).", valueName: "file"))
  var files: [String]

  @Option(
    name: [.long, .customShort("o")],
    help: ArgumentHelp(
      "Write the picture with boxes and labels: a file (.jpg or .png), or a folder, which is made where it is "
        + "missing; a folder for several pictures.", valueName: "path"))
  var annotate: String?

  @Option(help: ArgumentHelp("Weight file of the network.", valueName: "file"))
  var model: String?

  @Option(help: ArgumentHelp("Cascade file of the face detector.", valueName: "file"))
  var cascade: String?

  @OptionGroup var options: ConfigurationOptions

  /// Nobody waits for the next frame: photographs are searched closely.
  private static let searchWidth = 640

  func validate() throws {
    if files.isEmpty { throw ValidationError("name at least one picture") }
  }

  func run() async throws {
    try await runCommand { () throws(CommandFailure) in
      var flags: [(key: String, value: String, flag: String)] = []
      if let model { flags.append(("faces.model", model, "--model")) }
      if let cascade { flags.append(("faces.cascade", cascade, "--cascade")) }
      let configuration = try options.load(flags: flags).configuration
      let target = try annotate.map { path throws(CommandFailure) in
        try AnnotationTarget(path, for: files)
      }
      let analyzer = try AnalyzerFactory.analyzer(
        for: configuration, minimumSearchWidth: Self.searchWidth)
      return detect(analyzer, target: target, quality: configuration.jpegQuality)
    }
  }

  /// Does all files and returns the first failure's exit code. Once nobody takes the records the rest is done where
  /// there are pictures to write.
  private func detect(_ analyzer: FaceAnalyzer, target: AnnotationTarget?, quality: Int) -> ExitStatus {
    var status = ExitStatus.done
    var hasReader = true
    for (index, file) in files.enumerated() {
      do throws(CommandFailure) {
        var (record, picture) = try Self.analyze(file, number: index, analyzer)
        do throws(StandardOutput.Failure) {
          if hasReader { try StandardOutput.write(Array((record.json + "\n").utf8)) }
        } catch {
          guard error.isReaderGone else {
            Diagnostics.report(error.description)
            return .inputOutput
          }
          if target == nil { return status }
          hasReader = false
        }
        if record.faces.isEmpty { Diagnostics.report("\(file): no face found") }
        guard let target else { continue }
        Annotator.draw(record.faces, on: &picture)
        try target.write(picture, for: file, quality: quality)
      } catch {
        Diagnostics.report(error.message)
        if status == .done { status = error.status }
      }
    }
    return status
  }

  private static func analyze(
    _ file: String, number: Int, _ analyzer: FaceAnalyzer
  ) throws(CommandFailure) -> (LabelRecord, Picture) {
    let picture: Picture
    do { picture = try PictureFile.read(file) } catch { throw CommandFailure(error) }
    let faces: [LabelledFace]
    do { faces = try analyzer.analyzeStill(picture) } catch { throw CommandFailure(error) }
    let record = LabelRecord(
      wallClockNanoseconds: UInt64(Date().timeIntervalSince1970 * 1e9), frame: UInt64(number),
      width: picture.width, height: picture.height, file: file, faces: faces)
    return (record, picture)
  }
}

extension CommandFailure {
  fileprivate init(_ error: PictureFileError) {
    let status: ExitStatus =
      switch error {
      case .notFound, .notPermitted: .noInput
      case .notAFile, .tooLarge, .notAPicture: .badData
      case .systemCall: .inputOutput
      }
    self.init(status: status, message: error.description)
  }
}
