import Datasets
import Faces
import Tensors
import Testing

@Suite struct FER2013TableTests {
  private let pictures = TestData.pictures(5, seed: 1)

  @Test func readsWhatWasWritten() throws {
    let reading = try TestData.read(TestData.table(pictures).utf8)
    #expect(reading.pictures == pictures)
    #expect(reading.skipped.total == 0)
    #expect(reading.files.isEmpty)
  }

  @Test func theLastLineNeedsNoEnd() throws {
    #expect(try TestData.read(TestData.table(pictures).dropLast().utf8).pictures == pictures)
  }

  @Test func readsCarriageReturnsAndAByteOrderMark() throws {
    let text = "\u{FEFF}" + TestData.table(pictures, lineEnd: "\r\n")
    #expect(try TestData.read(text.utf8).pictures == pictures)
  }

  @Test func readsColumnsInTheHeadersOrder() throws {
    // icml_face_data.csv has blanks in its header.
    let text = TestData.table(pictures, header: "emotion, Usage, pixels") { "\($0),\($2),\($1)" }
    #expect(try TestData.read(text.utf8).pictures == pictures)
  }

  @Test func readsQuotedFieldsAndIgnoresOtherColumns() throws {
    let text = TestData.table(pictures, header: "\"Usage\",note,\"pixels\",\"emotion\"") {
      "\"\($2)\",\"a \"\"b\"\", c\", \" \($1) \" ,\"\($0)\""
    }
    #expect(try TestData.read(text.utf8).pictures == pictures)
  }

  @Test func emptyLinesAreNoRows() throws {
    let text = TestData.table(pictures).replacing("\n", with: "\n\n  \n")
    #expect(try TestData.read(text.utf8).pictures == pictures)
  }

  @Test func aTableWithoutUsageNeedsToBeTold() throws {
    let text = TestData.table(pictures, header: "emotion,pixels") { emotion, pixels, _ in
      "\(emotion),\(pixels)"
    }
    let error = #expect(throws: DatasetError.self) { try TestData.read(text.utf8) }
    guard case .missingColumn(_, "Usage", ["emotion", "pixels"]) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    let told = try TestData.read(text.utf8, options: ReadingOptions(usageWithoutColumn: .publicTest))
    #expect(told.pictures.pixels == pictures.pixels)
    #expect(told.pictures.usage == Array(repeating: .publicTest, count: 5))
  }

  @Test(arguments: [
    ("", "emotion"), ("pixels,Usage\n", "emotion"), ("emotion,Usage\n", "pixels"),
    ("emotion;pixels;Usage\n", "emotion"),
  ])
  func namesWhatTheHeaderLacks(text: String, column: String) throws {
    let error = #expect(throws: DatasetError.self) { try TestData.read(text.utf8) }
    switch error {
    case .missingColumn(_, column, _)?: break
    case .noHeader?: #expect(text.isEmpty)
    default: Issue.record("\(String(describing: error))")
    }
  }

  @Test func aColumnMayNotBeThereTwice() {
    let error = #expect(throws: DatasetError.self) { try TestData.read("emotion,pixels,Usage,pixels\n".utf8) }
    guard case .repeatedColumn(_, "pixels") = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func aFirstLineThatIsTooLongIsNoEmptyFile() {
    let error = #expect(throws: DatasetError.self) {
      try TestData.read(repeatElement(UInt8(ascii: "7"), count: (1 << 20) + 1))
    }
    guard case .headerTooLong(_, 1_048_576) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.description.contains("longer than 1024 KiB") == true)
  }

  @Test func aTableWithoutRowsHasNoPictures() {
    let error = #expect(throws: DatasetError.self) { try TestData.read("emotion,pixels,Usage\n".utf8) }
    guard case .noPictures = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  static let good = String(repeating: "7 ", count: 2303) + "7"

  @Test(arguments: [
    ("0,\(good)", RowProblem.wrongFieldCount(expected: 3, actual: 2)),
    ("0,\(good),Training,", .wrongFieldCount(expected: 3, actual: 4)),
    ("7,\(good),Training", .badLabel(text: "7")),
    ("-1,\(good),Training", .badLabel(text: "-1")),
    ("00,\(good),Training", .badLabel(text: "00")),
    (",\(good),Training", .badLabel(text: "")),
    ("0,,Training", .wrongPixelCount(actual: 0)),
    ("0,\(good) 7,Training", .wrongPixelCount(actual: 2305)),
    ("0,\(good.dropLast(2)),Training", .wrongPixelCount(actual: 2303)),
    ("0,256 \(good.dropLast(2)),Training", .badPixel(index: 0, text: "256")),
    (
      "0,7 99999999999999999999999999 \(good),Training",
      .badPixel(index: 1, text: "999999999999999999999999…")
    ),
    ("0,7 -1 \(good),Training", .badPixel(index: 1, text: "-1")),
    ("0,7 7 1.5 \(good),Training", .badPixel(index: 2, text: "1.5")),
    ("0,\(good) 12x,Training", .badPixel(index: 2304, text: "12x")),
    ("0,\(good),training", .unknownUsage(text: "training")),
    ("0,\"\(good),Training", .unmatchedQuotes(field: 2)),
    ("0,\"\(good)\"x,Training", .unmatchedQuotes(field: 2)),
    ("\"0\"\",\(good),Training", .unmatchedQuotes(field: 1)),
  ])
  func saysWhereAndWhatIsWrong(row: String, problem: RowProblem) throws {
    let text = TestData.table(pictures) + row + "\n" + TestData.table(pictures, header: "").dropFirst()
    let error = #expect(throws: DatasetError.self) { try TestData.read(text.utf8) }
    guard case .badRow(_, let line, let actual) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(line == 7)
    #expect(actual == problem)

    let reading = try TestData.read(text.utf8, options: ReadingOptions(skipsBadRows: true))
    #expect(reading.skipped.total == 1)
    #expect(reading.skipped.counts == [error!.kind: 1])
    #expect(reading.pictures.labels == pictures.labels + pictures.labels)
    #expect(reading.pictures.sourceRows == [0, 1, 2, 3, 4, 6, 7, 8, 9, 10])
  }

  @Test func aLineWithoutEndIsRefusedAndSkipped() throws {
    let endless = String(repeating: "7 ", count: 1 << 20)
    let text =
      TestData.table(pictures) + "0,\(endless),Training\n" + TestData.table(pictures, header: "").dropFirst()
    let reading = try TestData.read(text.utf8, options: ReadingOptions(skipsBadRows: true))
    #expect(reading.skipped.counts == [.lineLength: 1])
    #expect(reading.pictures.count == 10)
    #expect(reading.pictures.pixels == pictures.pixels + pictures.pixels)
  }

  @Test func onlyTheFirstFewErrorsAreKept() throws {
    let bad = String(repeating: "9,1 2 3,Training\n", count: 25)
    let reading = try TestData.read(
      (TestData.table(pictures) + bad).utf8, options: ReadingOptions(skipsBadRows: true))
    #expect(reading.skipped.counts == [.label: 25])
    #expect(reading.skipped.examples.count == SkippedRows.maximumExamples)
  }

  @Test func limitsHold() throws {
    let text = TestData.table(pictures)
    #expect(throws: DatasetError.self) {
      try TestData.read(text.utf8, options: ReadingOptions(maximumPictures: 4))
    }
    #expect(try TestData.read(text.utf8, options: ReadingOptions(maximumPictures: 5)).pictures.count == 5)
    #expect(throws: DatasetError.self) {
      try TestData.read(text.utf8, options: ReadingOptions(maximumBytes: text.utf8.count - 1))
    }
    #expect(
      try TestData.read(text.utf8, options: ReadingOptions(maximumBytes: text.utf8.count)).pictures.count == 5
    )
  }

  /// Whatever bytes are changed: no crash, and every row is either read or counted as skipped.
  @Test func damagedTablesAreReadAsFarAsTheyGo() throws {
    let intact = Array(TestData.table(pictures).utf8)
    var generator = SeededGenerator(seed: 5)
    let spiteful: [UInt8] = [0, 10, 13, 32, 34, 44, 45, 48, 57, 0xEF, 0xFF]
    for _ in 0..<60 {
      var bytes = intact
      for _ in 0..<Int.random(in: 1...12, using: &generator) {
        bytes[Int.random(in: 21..<bytes.count, using: &generator)] = spiteful.randomElement(
          using: &generator)!
      }
      let rows = bytes.split(separator: 10).dropFirst().filter {
        !$0.allSatisfy { [9, 13, 32].contains($0) }
      }.count
      guard let reading = try? TestData.read(bytes, options: ReadingOptions(skipsBadRows: true)) else {
        continue
      }
      #expect(reading.pictures.count + reading.skipped.total == rows)
    }
  }

  @Test func anErrorIsOneLineWithFileLineAndReason() {
    let error = DatasetError.badRow(file: "a.csv", line: 12, .badPixel(index: 3, text: "x"))
    #expect(error.description == "a.csv:12: pixel 3 is 'x', not a whole number from 0 to 255")
  }

  @Test func aMissingFileIsNamed() {
    let error = #expect(throws: DatasetError.self) { try Dataset.read("/nowhere/fer2013.csv") }
    #expect(error?.description == "/nowhere/fer2013.csv: stat failed: No such file or directory")
  }
}
