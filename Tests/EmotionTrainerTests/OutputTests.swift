import Foundation
import TestSupport
import Testing

/// The files that commands leave.
@Suite struct OutputTests {
  @Test func saysItsVersion() async throws {
    let outcome = try await TrainerProcess.run(["--version"])
    #expect(outcome.status == 0)
    #expect(outcome.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
  }

  @Test func exploreDrawsTheData() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(
      SyntheticTable.text(perLabel: 3) + SyntheticTable.row(label: 0, number: 0), as: "data.csv")
    let outcome = try await TrainerProcess.run(["explore", "--data", table, "--output", folder.path("out")])
    #expect(outcome.status == 0)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.contains("22"))
    for name in ["label-counts", "label-counts-by-part", "samples-notebook", "samples-random"] {
      #expect(try folder.text("out/figures/\(name).svg").contains("<svg"))
      #expect(try folder.bytes("out/figures/\(name).png").starts(with: [0x89, 0x50, 0x4E, 0x47]))
    }
    let numbers = try #require(
      try JSONSerialization.jsonObject(with: folder.bytes("out/exploration.json")) as? [String: Any])
    #expect(numbers["rowCount"] as? Int == 22)
    #expect((numbers["duplicates"] as? [String: Any])?["repeatedRows"] as? Int == 1)
    #expect(try folder.text("out/report.html").contains("</html>"))
    #expect(try folder.text("out/exploration.txt") == outcome.output)
  }

  @Test func prepareWritesTheNotebooksFiles() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(
      SyntheticTable.text(perLabel: 2) + SyntheticTable.row(label: 0, number: 0), as: "data.csv")
    let outcome = try await TrainerProcess.run(["prepare", "--data", table, "--output", folder.path("out")])
    #expect(outcome.status == 0)
    #expect(try folder.text("out/ml_data_df.csv").split(separator: "\n").count == 15)
    #expect(try folder.bytes("out/image_data.npy").count == 128 + 14 * 2304 * 3 * 4)
    #expect(try folder.bytes("out/labels.npy").count == 128 + 14 * 8)
  }

  @Test func aSupportVectorRunLeavesEverything() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.text(), as: "data.csv")
    let arguments = ["train", "--experiment", "svm", "--data", table, "--output", folder.path("svm")]
    let outcome = try await TrainerProcess.run(arguments)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("notebook"))
    for name in [
      "model.svm", "metrics.json", "report.html", "summary.csv", "experiment.json",
      "figures/confusion-matrix-test.svg", "figures/confusion-matrix-train.png",
      "figures/class-scores-test.png",
      "figures/errors-test.svg",
    ] {
      #expect(folder.exists("svm/\(name)"), "\(name)")
    }
    #expect(try folder.text("svm/summary.csv").contains("svm,1.000000"))

    // Finished: left as it is, unless asked to begin anew.
    let before = try folder.bytes("svm/metrics.json")
    let again = try await TrainerProcess.run(arguments)
    #expect(again.status == 0)
    #expect(again.errors.contains("finished already"))
    #expect(try folder.bytes("svm/metrics.json") == before)
    #expect(try await TrainerProcess.run(arguments + ["--fresh"]).errors.contains("predicting"))

    // Neither another experiment nor other pictures go on there.
    let other = try await TrainerProcess.run([
      "train", "--experiment", "svm-corrected", "--data", table, "--output", folder.path("svm"),
    ])
    #expect(other.status == 65)
    #expect(other.errors.contains("--fresh"))
    let few = try folder.write(SyntheticTable.text(perLabel: 14), as: "few.csv")
    #expect(
      try await TrainerProcess.run([
        "train", "--experiment", "svm", "--data", few, "--output", folder.path("svm"),
      ])
      .status == 65)

    let corrected = try await TrainerProcess.run([
      "train", "--experiment", "svm-corrected", "--merge-sadness-neutral", "--data", table, "--output",
      folder.path("corrected"),
    ])
    #expect(corrected.status == 0)
    #expect(try folder.text("corrected/metrics.json").contains("sadness or neutral"))
    #expect(try folder.text("corrected/metrics.json").contains("not svm-corrected as the program has it"))
    #expect(try folder.text("corrected/metrics.json").contains("\"isUnchanged\" : false"))
    #expect(try folder.text("svm/metrics.json").contains("\"isUnchanged\" : true"))
    let report = try await TrainerProcess.run([
      "report", folder.path("svm"), folder.path("corrected"), "--output", folder.path("both"),
    ])
    #expect(report.status == 0)
    #expect(report.output.contains("0.4276"))
    #expect(try folder.text("both/report.html").contains("svm-corrected"))
    #expect(try folder.text("both/summary.csv").split(whereSeparator: \.isNewline).count == 3)
    #expect(folder.exists("both/figures/comparison.svg"))
  }
}
