import ArgumentParser
import Datasets
import Foundation

/// Where the pictures come from.
struct DataOptions: ParsableArguments {
  /// FER2013's parts as options name them.
  enum Part: String, ExpressibleByArgument, CaseIterable {
    case training, publicTest = "public-test", privateTest = "private-test"

    var usage: Usage {
      switch self {
      case .training: .training
      case .publicTest: .publicTest
      case .privateTest: .privateTest
      }
    }
  }

  @Option(help: "FER2013: fer2013.csv, Kaggle's archive.zip, or a folder of pictures by label.")
  var data: String

  @Option(
    help: ArgumentHelp(
      "The part that every row of a table without a column Usage belongs to; with the column, and for a folder, it "
        + "changes nothing."))
  var usage: Part?

  @Flag(help: "Leave out rows that cannot be read, and say how many, instead of stopping at the first.")
  var skipBadRows = false

  /// The pictures; says what was left out.
  func read() throws(DatasetError) -> FacePictures {
    let options = ReadingOptions(skipsBadRows: skipBadRows, usageWithoutColumn: usage?.usage)
    let reading = try Dataset.read(data, options: options)
    if reading.skipped.total > 0 {
      let kinds = reading.skipped.counts.sorted { $0.key.rawValue < $1.key.rawValue }
        .map { "\($0.key.rawValue) \($0.value)" }.joined(separator: ", ")
      Diagnostics.report(
        "\(data): left out \(reading.skipped.total) rows (\(kinds))"
          + (reading.skipped.examples.first.map { "; the first is \($0)" } ?? ""))
    }
    return reading.pictures
  }
}

/// The command as it was given, for reports. Only the program's name is shortened.
enum CommandLineText {
  static var text: String {
    let arguments = CommandLine.arguments.dropFirst().map { argument in
      argument.allSatisfy { $0.isLetter || $0.isNumber || "-_./=:,+%@".contains($0) }
        ? argument : "'" + argument.replacing("'", with: "'\\''") + "'"
    }
    return (["emotion-trainer"] + arguments).joined(separator: " ")
  }

  /// The end of a page.
  static var footer: String { "Made by: \(text)" }
}
