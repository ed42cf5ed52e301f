import Foundation
import Tensors
import TestSupport
import Testing

@testable import Imaging

@Suite struct PictureFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func formatIsSeenFromTheContent() throws {
    let picture = try Picture(width: 20, height: 10, subsampling: .yuv420, luma: 200)
    let jpeg = try folder.write(try JPEGEncoder().encode(picture, quality: 90), as: "really-a.png")
    let png = try folder.write(try PNGEncoder.encode(picture), as: "really-a.jpg")
    for path in [jpeg, png] {
      let read = try PictureFile.read(path)
      #expect(read.width == 20)
      #expect(abs(Int(read.luma(x: 5, y: 5)) - 200) <= 1)
    }
  }

  @Test func truncatedPhotographIsShownAsFarAsItGoesUnlessItHasToBeWhole() throws {
    var generator = SeededGenerator(seed: 1)
    var picture = try Picture(uninitializedWidth: 64, height: 64, subsampling: .grey)
    let noise = generator.nextBytes(64 * 64)
    picture.withMutableBytes { bytes in for index in noise.indices { bytes[index] = noise[index] } }
    let jpeg = try JPEGEncoder().encode(picture, quality: 90)
    let path = try folder.write(Array(jpeg[..<(jpeg.count / 2)]), as: "half.jpg")
    #expect(try PictureFile.read(path).height == 64)
    #expect(throws: PictureFileError.self) { try PictureFile.read(path, tolerant: false) }
    try folder.write(jpeg, as: "half.jpg")
    #expect(try PictureFile.read(path, tolerant: false).height == 64)
  }

  @Test func contentThatIsNoPictureIsNamed() throws {
    #expect(throws: ImagingError.empty) { try PictureFile.decode([]) }
    #expect(throws: ImagingError.unknownFormat) { try PictureFile.decode(Array("GIF89a".utf8)) }
    #expect(throws: ImagingError.unknownFormat) { try PictureFile.decode([0xFF]) }
    let path = try folder.write(Array("text".utf8), as: "text.jpg")
    #expect(throws: PictureFileError.notAPicture(path: path, .unknownFormat)) { try PictureFile.read(path) }
    let empty = try folder.write([], as: "empty.jpg")
    #expect(throws: PictureFileError.notAPicture(path: empty, .empty)) { try PictureFile.read(empty) }
  }

  @Test func whatIsNoFileIsRefused() throws {
    #expect(throws: PictureFileError.notFound(path: "/nonexistent/a.jpg")) {
      try PictureFile.read("/nonexistent/a.jpg")
    }
    #expect(throws: PictureFileError.notAFile(path: folder.path, what: "a directory")) {
      try PictureFile.read(folder.path)
    }
    #expect(throws: PictureFileError.notAFile(path: "/dev/zero", what: "a device")) {
      try PictureFile.read("/dev/zero")
    }
    let pipe = folder.path + "/pipe.jpg"
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(throws: PictureFileError.notAFile(path: pipe, what: "a pipe")) { try PictureFile.read(pipe) }
  }

  @Test func largeFilesAreRefusedBeforeTheyAreRead() throws {
    let path = try folder.write([0xFF, 0xD8, 0xFF], as: "large.jpg")
    // Sparse: it takes no room on the disk.
    #expect(truncate(path, PictureFile.maximumBytes + 1) == 0)
    #expect(
      throws: PictureFileError.tooLarge(
        path: path, byteCount: PictureFile.maximumBytes + 1, maximumBytes: PictureFile.maximumBytes)
    ) { try PictureFile.read(path) }
  }

  @Test(.enabled(if: geteuid() != 0, "the superuser may read everything"))
  func filesOfOthersAreNamed() throws {
    let path = try folder.write([1], as: "secret.jpg")
    #expect(chmod(path, 0) == 0)
    #expect(throws: PictureFileError.notPermitted(path: path)) { try PictureFile.read(path) }
  }
}
