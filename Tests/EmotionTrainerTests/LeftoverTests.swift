import Foundation
import TestSupport
import Testing

/// What a process that was killed while it wrote leaves, in folders that hold no run.
@Suite(.serialized) struct LeftoverTests {
  private static func halfWritten(_ folder: TemporaryFolder, _ output: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path(output))) ?? []
    return names.filter { $0.hasSuffix(".tmp") }
  }

  @Test(arguments: ["explore", "prepare"]) func theNextCommandRemovesIt(command: String) async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.text(perLabel: 2), as: "data.csv")
    try FileManager.default.createDirectory(
      atPath: folder.path("out/figures"), withIntermediateDirectories: true)
    let leftovers = ["out/.image_data.npy.1y2p0ij32e8e7.tmp", "out/figures/.samples-random.png.7.tmp"]
    let others = ["out/.hidden", "out/mine.tmp", "out/figures/.mine"]
    for name in leftovers + others { try folder.write("x", as: name) }
    let outcome = try await TrainerProcess.run([command, "--data", table, "--output", folder.path("out")])
    #expect(outcome.status == 0, "\(outcome.errors)")
    for name in leftovers { #expect(!folder.exists(name), "\(name)") }
    for name in others { #expect(folder.exists(name), "\(name)") }
  }

  /// A data set that is refused is no reason to touch a folder.
  @Test func nothingIsRemovedForBadData() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.header, as: "empty.csv")
    try FileManager.default.createDirectory(
      atPath: folder.path("out"), withIntermediateDirectories: true)
    try folder.write("x", as: "out/.labels.npy.7.tmp")
    let outcome = try await TrainerProcess.run(["prepare", "--data", table, "--output", folder.path("out")])
    #expect(outcome.status == 65)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("out")) == [".labels.npy.7.tmp"])
  }

  /// The file is its writer's as long as that lives.
  @Test func aFileThatIsBeingWrittenStaysUntilItsWriterIsKilled() async throws {
    let folder = try TemporaryFolder()
    // Every file may be complete before the signal comes: then with more pictures.
    for count in [60, 120, 240] {
      let output = "out-\(count)"
      let table = try folder.write(SyntheticTable.text(perLabel: count), as: "\(count).csv")
      let arguments = ["prepare", "--data", table, "--output", folder.path(output)]
      let first = try TrainerProcess(arguments)
      try await wait(seconds: 120, for: "a file that is being written") {
        !Self.halfWritten(folder, output).isEmpty || folder.exists("\(output)/labels.npy")
      }
      // It keeps the folder, however long the second one takes.
      first.signal(SIGSTOP)
      let second = try await TrainerProcess.run(arguments)
      let left = Self.halfWritten(folder, output)
      first.signal(SIGKILL)
      let end = await first.waitForEnd()
      if left.isEmpty { continue }
      #expect(end.status == -SIGKILL)
      #expect(second.status == 75)
      #expect(second.errorLines.count == 1)
      #expect(second.errors.contains("another emotion-trainer works in"))

      #expect(try await TrainerProcess.run(arguments).status == 0)
      #expect(Self.halfWritten(folder, output).isEmpty)
      return
    }
    Issue.record("every file was complete before the signal came")
  }
}
