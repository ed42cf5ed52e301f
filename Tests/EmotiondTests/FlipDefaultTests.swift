import Foundation
import Imaging
import TestSupport
import Testing

/// Where nobody says whether mirror images are classified too: those of a photograph are.
@Suite(.serialized) struct FlipDefaultTests {
  private static func scores(
    _ photograph: String, _ options: [String], command: [String] = ["detect"]
  ) async throws -> [String: Double] {
    let outcome = await DaemonProcess.run(command + [photograph] + options)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let record = try #require(
      JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let faces = try #require(record["faces"] as? [[String: Any]])
    #expect(faces.count == 1)
    return try #require(faces.first?["scores"] as? [String: Double])
  }

  @Test func aPhotographIsSeenBothWays() async throws {
    let folder = try TemporaryFolder()
    let face = try folder.write(
      JPEGEncoder().encode(DetectCommandTests.demoPicture(), quality: 90), as: "face.jpg")
    let unasked = try await Self.scores(face, [])
    #expect(unasked.count == 7)
    #expect(try await Self.scores(face, ["--set", "faces.flip=on"]) == unasked)
    #expect(try await Self.scores(face, ["--set", "faces.flip=off"]) != unasked)
  }

  /// Nor does it depend on how fast the machine is where nobody waits for the next frame: the first one is seen both
  /// ways too, before anything is known of the time that takes.
  @Test func aSourceThatLosesNothingIsSeenBothWays() async throws {
    let folder = try TemporaryFolder()
    let face = try folder.write(
      JPEGEncoder().encode(DetectCommandTests.demoPicture(), quality: 90), as: "face.jpg")
    func scores(_ options: [String]) async throws -> [String: Double] {
      try await Self.scores(
        face, ["--speed", "max", "--labels", "-", "--listen", "off"] + options, command: ["run", "--source"])
    }
    let unasked = try await scores([])
    #expect(try await scores(["--set", "faces.flip=on"]) == unasked)
    #expect(try await scores(["--set", "faces.flip=off"]) != unasked)
  }

  @Test func theSettingIsAuto() async {
    let outcome = await DaemonProcess.run(["config", "--print"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n").map(String.init).filter { $0.hasPrefix("flip = ") }
    #expect(lines == ["flip = \"auto\"  # default"])
  }
}
