import Foundation
import TestSupport
import Testing

/// The trainer is killed at any moment, over and over, and started again: what it ends with has the bits of a run that
/// nobody killed. `scripts/crash-test` does it many more times.
@Suite(.serialized) struct TrainerCrashSafetyTests {
  private static let rounds =
    ProcessInfo.processInfo.environment["EMOTIOND_TEST_CRASHES"].flatMap { Int($0) } ?? 4

  private static func training(_ table: String, _ output: String) -> [String] {
    [
      "train", "--experiment", "mlp-corrected", "--data", table, "--output", output, "--epochs", "6",
      "--workers", "1",
    ]
  }

  @Test func aRunSurvivesAKillAtAnyMoment() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.text(), as: "data.csv")
    let whole = try TrainerProcess(Self.training(table, folder.path("whole")))
    var length = 1
    try await wait(seconds: 120, for: "the end of a run") {
      guard let ticks = whole.processorTicks else { return true }
      length = max(length, ticks)
      return false
    }
    #expect(await whole.waitForEnd().status == 0)
    var finished = 0
    for round in 0..<Self.rounds {
      let run = "killed-\(finished)"
      let process = try TrainerProcess(Self.training(table, folder.path(run)))
      // Every other time while weights or a checkpoint are written, else wherever the run has come to.
      if round % 2 == 0 {
        try await Self.waitForAWrite(of: process, in: folder, run, number: Int.random(in: 1...6))
      } else {
        let ticks = Int.random(in: 0..<length)
        try await wait(seconds: 120, for: "\(ticks) hundredths of a second of processor time") {
          process.processorTicks.map { $0 >= ticks } ?? true
        }
      }
      process.signal(SIGKILL)
      let outcome = await process.waitForEnd()
      if outcome.status == 0 {
        try Self.compare(folder, "killed-\(finished)")
        finished += 1
      } else {
        // Otherwise it could not go on from what an earlier kill had left.
        #expect(outcome.status == -SIGKILL, "round \(round): \(outcome.errors)")
      }
    }
    let rest = try await TrainerProcess.run(Self.training(table, folder.path("killed-\(finished)")))
    #expect(rest.status == 0, "\(rest.errors)")
    try Self.compare(folder, "killed-\(finished)")
  }

  /// Waits until the run writes its file of a number: it has another name first.
  private static func waitForAWrite(
    of process: TrainerProcess, in folder: TemporaryFolder, _ run: String, number: Int
  ) async throws {
    var seen: Set<String> = []
    try await wait(seconds: 120, for: "file \(number) that is being written") {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path(run))) ?? []
      seen.formUnion(names.filter { $0.hasSuffix(".tmp") })
      return seen.count >= number || process.processorTicks == nil
    }
  }

  /// The same as of the run that was not killed, but for the times; and nothing of a file that was being written.
  private static func compare(_ folder: TemporaryFolder, _ run: String) throws {
    for name in ["model.safetensors", "best.safetensors"] {
      #expect(try folder.bytes("\(run)/\(name)") == folder.bytes("whole/\(name)"), "\(name)")
    }
    #expect(try history(folder, run) == history(folder, "whole"))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path(run))
    #expect(!names.contains { $0.hasSuffix(".tmp") }, "\(names)")
  }

  /// A history without the times.
  private static func history(_ folder: TemporaryFolder, _ run: String) throws -> [[Substring]] {
    try folder.text("\(run)/history.csv").split(separator: "\n").map { $0.split(separator: ",").dropLast() }
  }
}
