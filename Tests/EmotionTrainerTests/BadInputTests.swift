import Foundation
import TestSupport
import Testing

/// Whatever is wrong with what the user gives: one line that says what and where, and the right exit code.
@Suite struct BadInputTests {
  /// A table with one thing wrong with it, and what has to be said.
  struct BadTable: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let text: String
    let place: String
    let words: String
  }

  static let good = SyntheticTable.row(label: 3, number: 1)
  static let pixels = SyntheticTable.pixels(label: 3, number: 1)

  static let badTables: [BadTable] = [
    BadTable(testDescription: "empty", text: "", place: "bad.csv:", words: "empty"),
    BadTable(
      testDescription: "header only", text: SyntheticTable.header, place: "bad.csv:", words: "no pictures"),
    BadTable(
      testDescription: "no usage column", text: "emotion,pixels\n3,\(pixels)\n", place: "bad.csv:1:",
      words: "Usage"),
    BadTable(
      testDescription: "a column twice", text: "emotion,pixels,Usage,pixels\n", place: "bad.csv:1:",
      words: "twice"),
    BadTable(
      testDescription: "label out of range", text: SyntheticTable.header + good + "7,\(pixels),Training\n",
      place: "bad.csv:3:", words: "emotion is '7'"),
    BadTable(
      testDescription: "label is no number", text: SyntheticTable.header + "happy,\(pixels),Training\n",
      place: "bad.csv:2:", words: "emotion is 'happy'"),
    BadTable(
      testDescription: "a pixel too few",
      text: SyntheticTable.header
        + "3,\(pixels.split(separator: " ").dropLast().joined(separator: " ")),Training\n",
      place: "bad.csv:2:", words: "2303 pixels"),
    BadTable(
      testDescription: "a pixel too many", text: SyntheticTable.header + "3,\(pixels) 1,Training\n",
      place: "bad.csv:2:", words: "pixels where 2304"),
    BadTable(
      testDescription: "a pixel of 256",
      text: SyntheticTable.header + "3,256 \(pixels.drop { $0 != " " }.dropFirst()),Training\n",
      place: "bad.csv:2:", words: "pixel 0 is '256'"),
    BadTable(
      testDescription: "a pixel that is no number",
      text: SyntheticTable.header + "3,x \(pixels.drop { $0 != " " }.dropFirst()),Training\n",
      place: "bad.csv:2:", words: "pixel 0 is 'x'"),
    BadTable(
      testDescription: "unknown usage", text: SyntheticTable.header + "3,\(pixels),Holiday\n",
      place: "bad.csv:2:", words: "Usage is 'Holiday'"),
    BadTable(
      testDescription: "a field too many", text: SyntheticTable.header + "3,\(pixels),Training,9\n",
      place: "bad.csv:2:", words: "4 fields"),
    BadTable(
      testDescription: "an open quotation mark", text: SyntheticTable.header + "3,\"\(pixels),Training\n",
      place: "bad.csv:2:", words: "quotation mark"),
    BadTable(
      testDescription: "cut off in a row",
      text: SyntheticTable.header + good + String(good.prefix(3000)), place: "bad.csv:3:", words: "where"),
  ]

  @Test(arguments: badTables) func saysWhatIsWrongWithATable(table: BadTable) async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(table.text, as: "bad.csv")
    let outcome = try await TrainerProcess.run(["explore", "--data", path, "--output", folder.path("out")])
    #expect(outcome.status == 65)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.hasPrefix("emotion-trainer: "))
    #expect(outcome.errors.contains(table.place))
    #expect(outcome.errors.contains(table.words))
    #expect(outcome.output.isEmpty)
    #expect(!folder.exists("out"))
  }

  /// Every command that reads the data says it the same way.
  @Test(arguments: ["prepare", "train", "evaluate"]) func everyCommandSaysIt(command: String) async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(SyntheticTable.header + "9,1 2 3,Training\n", as: "bad.csv")
    var arguments = [command, "--data", path, "--output", folder.path("out")]
    if command == "evaluate" { arguments += ["--model", folder.path("none.safetensors")] }
    let outcome = try await TrainerProcess.run(arguments)
    #expect(outcome.status == 65)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.contains("bad.csv:2: emotion is '9'"))
  }

  @Test func leavesOutBadRowsOnRequest() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      SyntheticTable.text(perLabel: 2) + "9,1 2 3,Training\n", as: "some.csv")
    let outcome = try await TrainerProcess.run([
      "explore", "--data", path, "--output", folder.path("out"), "--skip-bad-rows",
    ])
    #expect(outcome.status == 0)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.contains("left out 1 rows (label 1)"))
  }

  @Test func saysThatThereIsNoSuchFile() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.text(perLabel: 2), as: "good.csv")
    let data = try await TrainerProcess.run([
      "explore", "--data", folder.path("no.csv"), "--output", folder.path("out"),
    ])
    #expect(data.status == 66)
    #expect(data.errors.contains("no.csv"))
    #expect(data.errorLines.count == 1)
    let model = try await TrainerProcess.run([
      "evaluate", "--model", folder.path("no.safetensors"), "--data", table,
    ])
    #expect(model.status == 66)
    #expect(model.errorLines.count == 1)
    let pretrained = try await TrainerProcess.run([
      "train", "--experiment", "vgg19", "--pretrained", folder.path("no.h5"), "--data", table, "--output",
      folder.path("out"),
    ])
    #expect(pretrained.status == 66)
    let export = try await TrainerProcess.run(["export", folder.path("no.safetensors"), folder.path("out")])
    #expect(export.status == 66)
    let report = try await TrainerProcess.run(["report", folder.path("none"), "--output", folder.path("out")])
    #expect(report.status == 66)
    #expect(report.errors.contains("metrics.json"))
  }

  @Test func saysWhatIsWrongWithAModel() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.text(perLabel: 2), as: "good.csv")
    let noModel = try folder.write("this is no model at all", as: "bad.safetensors")
    for arguments in [
      ["evaluate", "--model", noModel, "--data", table], ["export", noModel, folder.path("out")],
    ] {
      let outcome = try await TrainerProcess.run(arguments)
      #expect(outcome.status == 65)
      #expect(outcome.errorLines.count == 1)
      #expect(outcome.errors.contains("bad.safetensors"))
    }
  }

  @Test(arguments: [
    ["train", "--experiment", "svn"], ["train", "--experiment", "mlp", "--epochs", "0"],
    ["train", "--experiment", "mlp", "--trained-convolutions", "2"],
    ["train", "--experiment", "svm", "--epochs", "2"], ["train", "--experiment", "vgg19", "--sizes", "3:32"],
    ["train", "--experiment", "vgg19", "--sizes", "0:99"],
    ["train", "--experiment", "vgg19", "--augmentation", "0.5"],
    ["train", "--experiment", "vgg19-best", "--augmentation", "nan"],
    ["train", "--experiment", "svm", "--augmentation", "0.5"],
    ["train", "--experiment", "vgg19", "--sizes", "0:32"],
    ["train", "--experiment", "vgg19-best", "--sizes", "0:32,40:48"],
    ["train", "--experiment", "vgg19-best", "--sizes", "0:32,8:40,16:48", "--epochs", "16"],
    ["train", "--experiment", "mlp", "--optimizer", "adam", "--weight-decay", "0.1"],
    ["train", "--workers", "0"],
    ["train", "--experiment", "transfer"], ["train", "--experiment", "transfer-corrected", "--no-test"],
    ["train", "--experiment", "all"], ["train", "--experiment", "vgg19-best", "--trained-convolutions", "4"],
    ["train", "--experiment", "mlp", "--pretrained", "none.h5"],
    ["train", "--experiment", "svm", "--pretrained", "none.h5"],
    ["evaluate", "--model", "m", "--parts", "private"], ["evaluate", "--model", "m", "--parts", ""],
    ["evaluate", "--model", "m", "--split", "random"], ["evaluate", "--model", "m", "--views", "sideways"],
  ]) func refusesWrongOptions(arguments: [String]) async throws {
    let folder = try TemporaryFolder()
    let outcome = try await TrainerProcess.run(
      arguments + ["--data", folder.path("none.csv"), "--output", folder.path("out")])
    #expect(outcome.status == 64)
    #expect(!folder.exists("out"))
  }

  /// The daemon would refuse the file.
  @Test(arguments: [["--temperature", "0.01"], ["--metadata", "temperature=abc"]])
  func refusesAFileThatTheDaemonWouldRefuse(option: [String]) async throws {
    let folder = try TemporaryFolder()
    let outcome = try await TrainerProcess.run(
      ["export", folder.path("none"), folder.path("out.safetensors")] + option)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("0.05 to 20"))
  }

  /// Which option is missing is said.
  @Test func frozenConvolutionsNeedWeights() async throws {
    let folder = try TemporaryFolder()
    for experiment in ["transfer", "all"] {
      let outcome = try await TrainerProcess.run([
        "train", "--experiment", experiment, "--data", folder.path("none.csv"), "--output",
        folder.path("out"),
      ])
      #expect(outcome.errors.contains("transfer leaves convolutions"))
    }
  }

  /// A split needs some pictures of every emotion.
  @Test func saysThatThereAreTooFewPictures() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(SyntheticTable.text(perLabel: 1), as: "few.csv")
    let outcome = try await TrainerProcess.run([
      "train", "--experiment", "svm", "--data", path, "--output", folder.path("out"),
    ])
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("label 0"))
  }

  @Test func saysThatAFolderCannotBeMade() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(SyntheticTable.text(perLabel: 2), as: "good.csv")
    let outcome = try await TrainerProcess.run(["explore", "--data", path, "--output", path + "/out"])
    #expect(outcome.status == 74)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.contains("good.csv/out"))
  }
}
