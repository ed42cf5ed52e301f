import Capture
import Foundation
import Imaging
import TestSupport
import Testing

@Suite(.serialized) struct DetectCommandTests {
  /// A picture with one face: a frame of the demo.
  static func demoPicture() throws -> Picture {
    let source = try DemoSource(stop: StopSignal())
    guard case .frame(let frame) = try source.next(), case .picture(let picture) = frame.payload else {
      throw DaemonProcess.Failure(description: "the demo gives no picture")
    }
    return picture
  }

  private static func records(_ output: String) throws -> [[String: Any]] {
    try output.split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  @Test func goodAndBadFilesInOneCall() async throws {
    let folder = try TemporaryFolder()
    let picture = try Self.demoPicture()
    let jpeg = try JPEGEncoder().encode(picture, quality: 90)
    let face = try folder.write(jpeg, as: "face.jpg")
    let grey = try folder.write(
      PNGEncoder.encode(Picture(width: 320, height: 240, subsampling: .grey, luma: 90)), as: "nobody.png")
    let empty = try folder.write([], as: "empty.jpg")
    let text = try folder.write(Array("hello".utf8), as: "text.jpg")
    let broken = try folder.write(Array(jpeg[..<200]), as: "broken.jpg")
    var hugeHeader = jpeg
    let frame = try #require(
      hugeHeader.indices.dropLast().first { hugeHeader[$0] == 0xFF && hugeHeader[$0 + 1] == 0xC0 })
    hugeHeader.replaceSubrange(frame + 5..<frame + 9, with: [0xF0, 0x00, 0xF0, 0x00])
    let huge = try folder.write(hugeHeader, as: "huge.jpg")
    let missing = folder.path("missing.jpg")
    let files = [empty, face, text, broken, huge, missing, folder.url.path, grey]
    let outcome = await DaemonProcess.run(["detect"] + files + ["--annotate", folder.path("out/")])

    #expect(outcome.status == 65, "the first failure's code")
    let records = try Self.records(outcome.output)
    #expect(records.map { $0["file"] as? String } == [face, grey])
    let faces = try #require(records[0]["faces"] as? [[String: Any]])
    #expect(faces.count == 1)
    let scores = try #require(faces.first?["scores"] as? [String: Double])
    #expect(abs(scores.values.reduce(0, +) - 1) < 0.001)
    #expect((records[1]["faces"] as? [Any])?.isEmpty == true)
    for (file, reason) in [
      (empty, "the file is empty"), (text, "neither JPEG nor PNG"), (broken, "cannot be decoded"),
      (huge, "is not accepted"), (missing, "there is no such file"), (folder.url.path, "this is a directory"),
      (grey, "no face found"),
    ] {
      let lines = outcome.errors.split(separator: "\n").filter { $0.contains(file + ":") }
      #expect(lines.count == 1 && lines[0].contains(reason), "\(file): \(lines)")
    }
    let annotated = try PictureFile.read(folder.path("out/face.jpg"))
    #expect((annotated.width, annotated.height) == (640, 480))
    #expect(try PictureFile.read(folder.path("out/nobody.png")).width == 320)
  }

  @Test func aMissingFileAloneEndsWith66() async throws {
    let outcome = await DaemonProcess.run(["detect", "/nowhere/photo.jpg"])
    #expect(outcome.status == 66)
    #expect(outcome.output.isEmpty)
  }

  @Test func thePictureItselfIsNeverOverwritten() async throws {
    let folder = try TemporaryFolder()
    let jpeg = try JPEGEncoder().encode(Self.demoPicture(), quality: 90)
    let face = try folder.write(jpeg, as: "face.jpg")
    let outcome = await DaemonProcess.run(["detect", face, "--annotate", face])
    #expect(outcome.status == 64)
    #expect(try Array(Data(contentsOf: URL(filePath: face))) == jpeg)
  }

  @Test func noPictureIsWrittenOverOneThatIsReadOrWritten() async throws {
    let folder = try TemporaryFolder()
    let jpeg = try JPEGEncoder().encode(Self.demoPicture(), quality: 90)
    for name in ["a", "b"] {
      try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: true)
    }
    let (first, second) = (try folder.write(jpeg, as: "a/p.jpg"), try folder.write(jpeg, as: "b/p.jpg"))
    for target in ["b/", "out/"] {
      let outcome = await DaemonProcess.run(["detect", first, second, "--annotate", folder.path(target)])
      #expect(outcome.status == 64)
      #expect(outcome.output.isEmpty, "refused before anything is done")
    }
    #expect(try Array(Data(contentsOf: URL(filePath: second))) == jpeg)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("out")).isEmpty)
  }

  @Test func picturesAreWrittenWhoeverReadsTheRecords() async throws {
    let folder = try TemporaryFolder()
    let jpeg = try JPEGEncoder().encode(Self.demoPicture(), quality: 90)
    let files = try ["a.jpg", "b.jpg"].map { try folder.write(jpeg, as: $0) }
    let daemon = try DaemonProcess(
      ["detect"] + files + ["--annotate", folder.path("out/")],
      activation: "exec bash -c 'set -o pipefail; \"$@\" | exec <&-' sh \"$@\"")
    #expect(await daemon.waitForEnd().status == 0)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path("out")).sorted() == ["a.jpg", "b.jpg"])
  }

  @Test(arguments: [("/dev/full", 74 as Int32), ("| head -c 0", 0)])
  func recordsThatNobodyTakesAreNoSuccess(output: String, status: Int32) async throws {
    let folder = try TemporaryFolder()
    let face = try folder.write(JPEGEncoder().encode(Self.demoPicture(), quality: 90), as: "face.jpg")
    let shell = output.hasPrefix("|") ? "set -o pipefail; \"$@\" \(output)" : "\"$@\" > \(output)"
    let daemon = try DaemonProcess(
      ["detect", face, face, face], activation: "exec bash -c '\(shell)' sh \"$@\"")
    let outcome = await daemon.waitForEnd()
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.errors.contains("No space left") == (status == 74))
  }

  @Test(arguments: [
    (["detect"], 64 as Int32, "Missing expected argument"),
    (["detect", "--frobnicate", "a.jpg"], 64, "Unknown option"),
    (["detect", "a.jpg", "--model", "/nowhere/m"], 78, "/nowhere/m"),
    (["detect", "a.jpg", "--cascade", "/nowhere/c"], 78, "/nowhere/c"),
    (["run", "--set", "faces.workers=many"], 64, "faces.workers"),
    (["run", "--set", "faces.wrkers=1"], 64, "is faces.workers meant?"),
    (["run", "--config", "/nowhere/emotiond.toml"], 78, "/nowhere/emotiond.toml"),
    (["run", "--source", "/nowhere/film.mp4"], 66, "/nowhere/film.mp4"),
    (["run", "--source", "demo", "--listen", "0.0.0.0:8080"], 78, "without a token"),
    (["run", "--source", "demo", "--listen", "127.0.0.1"], 64, "a port is missing"),
    (["run", "--source", "demo", "--labels", "-", "--frames", "-"], 64, "cannot share"),
    (["run", "--source", "demo", "--labels", "/nowhere/labels"], 74, "/nowhere/labels"),
    (["run", "--device", "/dev/null", "--exit-on-device-error", "--listen", "off"], 69, "/dev/null"),
    (["run", "--device", "/dev/video250", "--exit-on-device-error", "--listen", "off"], 69, "/dev/video250"),
  ])
  func mistakesHaveTheirCodeAndOneLine(arguments: [String], status: Int32, message: String) async {
    let outcome = await DaemonProcess.run(arguments)
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }
}

extension DaemonProcess {
  /// Runs a command to its end.
  static func run(_ arguments: [String], input: FileHandle? = nil) async -> Outcome {
    do { return await (try DaemonProcess(arguments, input: input)).waitForEnd() } catch {
      Issue.record("emotiond cannot be started: \(error)")
      return Outcome(status: -1, output: "", errors: "")
    }
  }
}
