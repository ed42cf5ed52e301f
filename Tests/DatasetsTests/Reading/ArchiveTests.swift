import Datasets
import Foundation
import Testing

@Suite struct ArchiveTests {
  private let pictures = TestData.pictures(3, seed: 2)

  private func read(_ bytes: [UInt8], options: ReadingOptions = ReadingOptions()) throws -> DatasetReading {
    try TestData.withFolder { folder in
      // Told apart by the content, not by the name.
      try Data(bytes).write(to: URL(filePath: "\(folder)/download"))
      return try Dataset.read("\(folder)/download", options: options)
    }
  }

  @Test(arguments: [
    "fer2013.csv", "fer2013/fer2013/fer2013.csv", "a/b/c/d/FER2013.csv", "x/icml_face_data.csv",
  ])
  func findsTheTableAtAnyDepth(name: String) throws {
    var archive = StoredZIP()
    archive.add("Submission.csv", Array("id,emotion\n1,2\n".utf8))
    archive.add("fer2013/README", Array("read me".utf8))
    archive.add(name, Array(TestData.table(pictures).utf8))
    #expect(try read(archive.file).pictures == pictures)
  }

  @Test func prefersFer2013() throws {
    var archive = StoredZIP()
    archive.add("icml_face_data.csv", Array("emotion,pixels,Usage\n".utf8))
    archive.add("z/fer2013.csv", Array(TestData.table(pictures).utf8))
    #expect(try read(archive.file).pictures == pictures)
  }

  @Test func saysWhatIsThereInsteadOfATable() throws {
    var archive = StoredZIP()
    archive.add("one.csv", [1])
    archive.add("two/", [])
    archive.add("three.txt", [3])
    let error = #expect(throws: DatasetError.self) { try read(archive.file) }
    guard case .noTableInArchive(_, ["one.csv", "three.txt"]) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func anErrorInTheTableNamesArchiveEntryAndLine() throws {
    var archive = StoredZIP()
    archive.add("d/fer2013.csv", Array((TestData.table(pictures) + "0,1,Training\n").utf8))
    let error = #expect(throws: DatasetError.self) { try read(archive.file) }
    #expect(
      error?.description.hasSuffix("download, d/fer2013.csv:5: 1 pixels where 2304 (48x48) are needed")
        == true)
  }

  @Test func theLimitIsOfTheUnpackedText() throws {
    var archive = StoredZIP()
    archive.add("fer2013.csv", Array(TestData.table(pictures).utf8))
    let error = #expect(throws: DatasetError.self) {
      try read(archive.file, options: ReadingOptions(maximumBytes: 1000))
    }
    guard case .tooManyBytes(_, 1000) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  /// Wherever an archive ends or is damaged: an error or the right pictures, never a crash.
  @Test func damagedArchivesAreErrors() throws {
    var archive = StoredZIP()
    archive.add("fer2013.csv", Array(TestData.table(pictures).utf8))
    let intact = archive.file
    for count in [4, 10, 29, 30, 40, 1000, intact.count / 2] {
      #expect(throws: DatasetError.self) { try read(Array(intact.prefix(count))) }
    }
    // One changed pixel: the checksum does not match.
    var changed = intact
    changed[200] = changed[200] == 49 ? 50 : 49
    #expect(throws: DatasetError.self) { try read(changed) }
  }
}
