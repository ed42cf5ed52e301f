import Capture
import Foundation
import FoundationNetworking
import Imaging
import TestSupport
import Testing

@Suite(.serialized) struct RunCommandTests {
  @Test func theDemoIsLabelledAndServedUntilATermination() async throws {
    let daemon = try DaemonProcess(["run", "--source", "demo", "--listen", "127.0.0.1:0", "--labels", "-"])
    let address = try await daemon.address()
    let lines = try await daemon.lines(atLeast: 5)
    let record = try #require(
      JSONSerialization.jsonObject(with: Data((lines.last ?? "").utf8)) as? [String: Any])
    #expect((record["faces"] as? [Any])?.count == 1)
    let (jpeg, _) = try await URLSession.shared.data(from: address.appending(path: "snapshot.jpg"))
    let picture = try JPEGDecoder().decode(Array(jpeg))
    #expect((picture.width, picture.height) == (640, 480))
    let (health, _) = try await URLSession.shared.data(from: address.appending(path: "healthz"))
    let state = try #require(JSONSerialization.jsonObject(with: health) as? [String: Any])
    #expect(state["status"] as? String == "ok")
    #expect((state["source"] as? String)?.hasPrefix("demo") == true)
    let (faces, _) = try await URLSession.shared.data(from: address.appending(path: "faces"))
    #expect((try JSONSerialization.jsonObject(with: faces) as? [String: Any])?["width"] as? Int == 640)
    daemon.signal(SIGTERM)
    let outcome = await daemon.waitForEnd()
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func everyFrameOfAFileIsLabelledAtMaximumSpeed() async throws {
    let folder = try TemporaryFolder()
    let frames = try Self.motionJPEG(frameCount: 12)
    let file = try folder.write(frames, as: "film.mjpeg")
    let outcome = await DaemonProcess.run([
      "run", "--source", file, "--speed", "max", "--labels", "-", "--frames", folder.path("out.mjpeg"),
      "--listen", "off",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 12)
    #expect(lines.dropFirst().allSatisfy { $0.contains("\"id\":1,") })
    let written = try Array(Data(contentsOf: URL(filePath: folder.path("out.mjpeg"))))
    #expect(Self.startMarkers(in: written) == 12)
    let mode = try FileManager.default.attributesOfItem(atPath: folder.path("out.mjpeg"))[.posixPermissions]
    #expect(mode as? Int == 0o600, "nobody else reads who was seen")
  }

  /// Where systemd gave the service a folder.
  @Test func aNameWithoutAFolderIsInTheStateFolder() async throws {
    let folder = try TemporaryFolder()
    let film = try folder.write(try Self.motionJPEG(frameCount: 3), as: "film.mjpeg")
    mkfifo(folder.path("labels"), 0o600)
    let reader = open(folder.path("labels"), O_RDWR | O_NONBLOCK | O_CLOEXEC)
    defer { close(reader) }
    let daemon = try DaemonProcess(
      [
        "run", "--source", film, "--speed", "max", "--labels", "labels", "--frames", "frames.mjpeg",
        "--listen", "off",
      ], environment: ["STATE_DIRECTORY": folder.path])
    let outcome = await daemon.waitForEnd()
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(Self.startMarkers(in: Array(try folder.bytes("frames.mjpeg"))) == 3)
    var records = [UInt8](repeating: 0, count: 65_536)
    let count = read(reader, &records, records.count)
    try #require(count > 0, "nothing came through the pipe")
    #expect(records[..<count].count { $0 == UInt8(ascii: "\n") } == 3)
  }

  /// The program opens descriptors of its own before it looks at its outputs.
  @Test func aDescriptorThatWasNotPassedIsRefused() async throws {
    let daemon = try DaemonProcess(
      ["run", "--source", "demo", "--listen", "off", "--frames", "fd:3"], activation: "exec 3>&-; exec \"$@\""
    )
    let outcome = await daemon.waitForEnd()
    #expect(outcome.status == 64)
    #expect(
      outcome.errors.contains("output fd:3: this descriptor is not open for writing"), "\(outcome.errors)")
  }

  @Test func motionJPEGOnStandardInputEndsTheProgramAtItsEnd() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(try Self.motionJPEG(frameCount: 4), as: "in.mjpeg")
    let input = try FileHandle(forReadingFrom: URL(filePath: file))
    let outcome = await DaemonProcess.run(
      ["run", "--source", "-", "--labels", "-", "--listen", "off"], input: input)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(!outcome.output.isEmpty)
  }

  @Test func aFolderOfPicturesNamesItsFiles() async throws {
    let folder = try TemporaryFolder()
    let jpeg = try JPEGEncoder().encode(DetectCommandTests.demoPicture(), quality: 80)
    for name in ["b2.jpg", "b10.jpg", "a.jpeg"] { try folder.write(jpeg, as: name) }
    try folder.write(Array("no picture".utf8), as: "c.jpg")
    let outcome = await DaemonProcess.run([
      "run", "--source", folder.url.path, "--speed", "max", "--labels", "-", "--listen", "off",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let names = outcome.output.split(separator: "\n").compactMap {
      $0.firstMatch(of: /"file":"[^"]*\/([^"\/]+)"/)?.1
    }
    #expect(names.map(String.init) == ["a.jpeg", "b2.jpg", "b10.jpg"])
  }

  @Test func aReaderThatLeavesEndsARunThatServesNobodyElse() async throws {
    let daemon = try DaemonProcess([
      "run", "--source", "demo", "--listen", "off", "--frames", "/dev/full",
    ])
    let outcome = await daemon.waitForEnd()
    #expect(outcome.status == 74)
    #expect(outcome.errors.contains("No space left"))
  }

  @Test func aReaderThatLeavesDoesNotEndARunThatKeepsAHistory() async throws {
    let folder = try TemporaryFolder()
    let daemon = try DaemonProcess([
      "run", "--source", "demo", "--listen", "off", "--frames", "/dev/full", "--history",
      folder.path("history.sqlite"),
    ])
    _ = try await daemon.message("No space left")
    try await wait(seconds: DaemonProcess.patienceSeconds, for: "a history that grows") {
      let csv = await DaemonProcess.run([
        "history", "--database", folder.path("history.sqlite"), "--format", "csv",
      ])
      return csv.output.utf8.count { $0 == UInt8(ascii: "\n") } > 3
    }
    daemon.signal(SIGTERM)
    #expect(await daemon.waitForEnd().status == 74)
  }

  @Test func aLogOnAFullDiskEndsNothing() async throws {
    let folder = try TemporaryFolder()
    let film = try folder.write(try Self.motionJPEG(frameCount: 3), as: "film.mjpeg")
    let daemon = try DaemonProcess(
      [
        "run", "--source", film, "--speed", "max", "--labels", "-", "--listen", "127.0.0.1:0", "--log-level",
        "debug",
      ],
      activation: "exec \"$@\" 2> /dev/full")
    let outcome = await daemon.waitForEnd()
    #expect(outcome.status == 0)
    #expect(outcome.output.split(separator: "\n").count == 3)
  }

  @Test func theCommandLineSaysWhatIsWatchedWhateverCamerasTheFileHas() async throws {
    let folder = try TemporaryFolder()
    let film = try folder.write(try Self.motionJPEG(frameCount: 3), as: "film.mjpeg")
    let file = try folder.write(
      Array("[cameras.door]\ninput = \"/dev/video250\"\n".utf8), as: "emotiond.toml")
    let outcome = await DaemonProcess.run([
      "run", "--config", file, "--source", film, "--speed", "max", "--labels", "-", "--listen", "off",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.split(separator: "\n").count == 3)
  }

  @Test func aCameraThatIsNotThereIsWaitedFor() async throws {
    let daemon = try DaemonProcess(["run", "--device", "/dev/video251", "--listen", "127.0.0.1:0"])
    let address = try await daemon.address()
    var request = URLRequest(url: address.appending(path: "snapshot.jpg"))
    request.timeoutInterval = 30
    let (jpeg, response) = try await URLSession.shared.data(for: request)
    #expect((response as? HTTPURLResponse)?.value(forHTTPHeaderField: "X-Emotiond-Placeholder") == "1")
    #expect(try JPEGDecoder().decode(Array(jpeg)).width == 640)
    let (health, healthResponse) = try await URLSession.shared.data(from: address.appending(path: "healthz"))
    #expect((healthResponse as? HTTPURLResponse)?.statusCode == 200)
    let state = try #require(JSONSerialization.jsonObject(with: health) as? [String: Any])
    #expect(state["status"] as? String == "waiting")
    #expect((state["reason"] as? String)?.contains("/dev/video251") == true)
    daemon.signal(SIGINT)
    #expect(await daemon.waitForEnd().status == 0)
  }

  /// Frames of the demo back to back.
  private static func motionJPEG(frameCount: Int) throws -> [UInt8] {
    let source = try DemoSource(stop: StopSignal())
    let encoder = try JPEGEncoder()
    var bytes: [UInt8] = []
    for _ in 0..<frameCount {
      guard case .frame(let frame) = try source.next(), case .picture(let picture) = frame.payload else {
        continue
      }
      bytes += try encoder.encode(picture, quality: 85)
    }
    return bytes
  }

  private static func startMarkers(in bytes: [UInt8]) -> Int {
    (0..<max(bytes.count - 2, 0)).count {
      bytes[$0] == 0xFF && bytes[$0 + 1] == 0xD8 && bytes[$0 + 2] == 0xFF
    }
  }
}
