import Imaging
import Tensors
import Testing

@testable import Capture

@Suite struct MJPEGSplitterTests {
  /// The structure of a JPEG around random content: segments that hold whole JPEGs, stuffed bytes, restarts, fill
  /// bytes, several scans.
  private static func frame(_ generator: inout SeededGenerator) -> [UInt8] {
    func segment(_ marker: UInt8, _ payload: [UInt8]) -> [UInt8] {
      let length = payload.count + 2
      return [0xFF, marker, UInt8(length >> 8), UInt8(length & 0xFF)] + payload
    }
    var frame: [UInt8] = [0xFF, 0xD8]
    frame += segment(
      0xE1,
      [0xFF, 0xD8, 0xFF, 0xDB, 0xFF, 0xD9] + generator.nextBytes(Int.random(in: 0...300, using: &generator)))
    if Bool.random(using: &generator) { frame += [0xFF, 0xFF] }
    frame += segment(0xDB, generator.nextBytes(Int.random(in: 0...70, using: &generator)))
    for _ in 0..<Int.random(in: 1...3, using: &generator) {
      frame += segment(0xC4, generator.nextBytes(Int.random(in: 0...30, using: &generator)))
      frame += segment(0xDA, generator.nextBytes(10))
      for byte in generator.nextBytes(Int.random(in: 0...2000, using: &generator)) {
        frame += byte == 0xFF ? [0xFF, 0x00] : [byte]
      }
      frame += [0xFF, UInt8.random(in: 0xD0...0xD7, using: &generator), 0x12]
    }
    return frame + [0xFF, 0xD9]
  }

  private static func separator(_ generator: inout SeededGenerator, frame: [UInt8]) -> [UInt8] {
    switch Int.random(in: 0...3, using: &generator) {
    case 0: Array("\r\n--frame\r\nContent-Type: image/jpeg\r\nContent-Length: \(frame.count)\r\n\r\n".utf8)
    case 1: [UInt8](repeating: 0, count: Int.random(in: 0...5000, using: &generator))
    case 2: [0xFF, 0xFF, 0xD8, 0x00, 0xFF]
    default: []
    }
  }

  @Test func anySplitGivesTheSameFrames() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<60 {
      var frames: [[UInt8]] = []
      var stream: [UInt8] = []
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let frame = Self.frame(&generator)
        stream += Self.separator(&generator, frame: frame) + frame
        frames.append(frame)
      }
      let largest = [1, 3, 100, 10_000].randomElement(using: &generator) ?? 1
      let sizes = (0..<stream.count).map { _ in Int.random(in: 1...largest, using: &generator) }
      var splitter = MJPEGSplitter()
      let parsed = try? splitter.parse(stream, pieces: sizes)
      #expect(parsed?.jpegs == frames)
      #expect(parsed?.dropped == 0)
    }
  }

  @Test func realJPEGsAreFound() throws {
    let scene = try DemoScene(width: 160, height: 120)
    let encoder = try JPEGEncoder()
    let frames = try (0..<5).map { try encoder.encode(scene.picture(atSeconds: Double($0)), quality: 80) }
    var splitter = MJPEGSplitter()
    let parsed = try splitter.parse(frames.flatMap { $0 }, pieces: [777])
    #expect(parsed.jpegs == frames)
  }

  /// Some cameras leave the end marker out, and with it the frame may be whole: what V4L2 gives is treated the same. Whether
  /// it was cut is for the decoder to say.
  @Test func frameThatTheNextBeginsInGetsAnEnd() throws {
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<100 {
      let frames = (0..<3).map { _ in Self.frame(&generator) }
      // Ends in its last scan, whatever of it is left.
      let broken = Array(frames[1].dropLast(Int.random(in: 2...5, using: &generator)))
      var splitter = MJPEGSplitter()
      let parsed = try splitter.parse(frames[0] + broken + frames[2], pieces: [64])
      #expect(parsed.jpegs == [frames[0], broken + [0xFF, 0xD9], frames[2]])
      #expect(parsed.lackEnd == [false, true, false])
      #expect(parsed.dropped == 0)
    }
  }

  @Test func frameThatBreaksOffBeforeItsScanIsDroppedAndTheNextOneIsFound() throws {
    var generator = SeededGenerator(seed: 7)
    let frames = (0..<2).map { _ in Self.frame(&generator) }
    var splitter = MJPEGSplitter()
    let parsed = try splitter.parse(frames[0] + [0xFF, 0xD8, 0xFF] + frames[1], pieces: [64])
    #expect(parsed.jpegs == frames)
    #expect(parsed.dropped == 1)
  }

  @Test func frameWithoutAnEndIsNoLongerThanOthers() throws {
    // As long as a frame may be, without an end for which there is no room.
    let open: [UInt8] = [0xFF, 0xD8, 0xFF, 0xDA, 0, 2] + [UInt8](repeating: 1, count: 92)
    var generator = SeededGenerator(seed: 8)
    for surplus in 0...3 {
      var splitter = MJPEGSplitter(maximumFrameBytes: 100)
      let stream = open + [UInt8](repeating: 1, count: surplus) + [0xFF, 0xD8]
      let parsed = try splitter.parse(stream, pieces: [Int.random(in: 1...50, using: &generator)])
      #expect(parsed.jpegs.map(\.count) == (surplus == 0 ? [100] : []))
      #expect(parsed.dropped == (surplus == 0 ? 0 : 1))
    }
  }

  @Test func lastFrameThatBreaksOffIsCounted() throws {
    var generator = SeededGenerator(seed: 3)
    let frame = Self.frame(&generator)
    var splitter = MJPEGSplitter()
    let parsed = try splitter.parse(frame + frame.dropLast(), pieces: [100])
    #expect(parsed.jpegs == [frame])
    #expect(parsed.dropped == 1)
  }

  @Test func noiseBetweenFramesCountsOnce() throws {
    var generator = SeededGenerator(seed: 4)
    let frame = Self.frame(&generator)
    let noise = [UInt8](repeating: 7, count: 5 * MJPEGSplitter.maximumSeparatorBytes)
    var splitter = MJPEGSplitter()
    let parsed = try splitter.parse(frame + noise + frame, pieces: [4096])
    #expect(parsed.jpegs == [frame, frame])
    #expect(parsed.dropped == 1)
  }

  @Test func randomBytesNeverCrashAndAreAllTaken() throws {
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<300 {
      // Half of the bytes are those that markers are made of.
      let stream = generator.nextBytes(2000).map {
        $0 < 128 ? [0xFF, 0xD8, 0xD9, 0xDA, 0x00][Int($0) % 5] : $0
      }
      var splitter = MJPEGSplitter(maximumFrameBytes: 1000)
      let parsed = try splitter.parse(stream, pieces: [Int.random(in: 1...50, using: &generator)])
      #expect(parsed.jpegs.allSatisfy { $0.count <= 1000 && $0.starts(with: [0xFF, 0xD8]) })
    }
  }

  @Test func endlessFrameIsGivenUp() throws {
    let endless = [0xFF, 0xD8, 0xFF, 0xDA, 0, 2] + [UInt8](repeating: 1, count: 100_000)
    var generator = SeededGenerator(seed: 6)
    let frame = Self.frame(&generator)
    var splitter = MJPEGSplitter(maximumFrameBytes: 20_000)
    let parsed = try splitter.parse(endless + frame, pieces: [8192])
    #expect(parsed.jpegs == [frame])
    #expect(parsed.dropped == 1)
  }
}
