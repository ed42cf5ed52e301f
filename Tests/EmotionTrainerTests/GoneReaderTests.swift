import Foundation
import TestSupport
import Testing

/// Whoever reads what the trainer says may go away before the work is done.
@Suite struct GoneReaderTests {
  @Test func aRunOutlastsTheReaderOfItsMessages() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.text(), as: "data.csv")
    let process = try TrainerProcess(
      [
        "train", "--experiment", "mlp-corrected", "--data", table, "--output", folder.path("run"), "--epochs",
        "8", "--workers", "1",
      ], redirection: "2> >(head -n 2 >&2)")
    let outcome = await process.waitForEnd()
    #expect(outcome.status == 0)
    #expect(outcome.errorLines.last?.hasPrefix("epoch 1/8") == true)
    #expect(outcome.output.contains("report.html"))
    #expect(folder.exists("run/metrics.json"))
  }

  @Test func aCommandOutlastsTheReaderOfItsOutput() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.text(perLabel: 3), as: "data.csv")
    let process = try TrainerProcess(
      ["explore", "--data", table, "--output", folder.path("out")], redirection: "> >(true)")
    let outcome = await process.waitForEnd()
    #expect(outcome.status == 0)
    #expect(outcome.errors.isEmpty)
    #expect(folder.exists("out/report.html"))
  }
}
