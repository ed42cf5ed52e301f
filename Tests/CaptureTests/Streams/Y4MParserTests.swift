import Imaging
import Tensors
import Testing

@testable import Capture

@Suite struct Y4MParserTests {
  private static func stream(_ parameters: String, frames: [[UInt8]], frameLine: String = "FRAME\n")
    -> [UInt8]
  {
    Array("YUV4MPEG2 \(parameters)\n".utf8) + frames.flatMap { Array(frameLine.utf8) + $0 }
  }

  @Test(
    arguments: [
      ("420jpeg", ChromaSubsampling.yuv420, 35 + 2 * 12), ("422", .yuv422, 35 + 2 * 20),
      ("444", .yuv444, 35 * 3),
      ("440", .yuv440, 35 + 2 * 21), ("411", .yuv411, 35 + 2 * 10), ("mono", .grey, 35),
    ])
  func everyColourSpaceIsReadWhateverTheSplit(name: String, subsampling: ChromaSubsampling, count: Int) throws
  {
    var generator = SeededGenerator(seed: 1)
    let frames = (0..<3).map { _ in generator.nextBytes(count) }
    let stream = Self.stream(
      "W7 H5 F30000:1001 Ip A1:1 C\(name) XCOLORRANGE=FULL", frames: frames, frameLine: "FRAME Ip\n")
    for size in [1, 2, 13, 64, 10_000] {
      var parser = Y4MParser()
      let parsed = try parser.parse(stream, pieces: [size])
      #expect(parsed.dropped == 0)
      let pictures = parsed.payloads.compactMap {
        if case .picture(let picture) = $0 { picture } else { nil }
      }
      #expect(pictures.map(\.samples) == frames)
      #expect(pictures.allSatisfy { $0.subsampling == subsampling && $0.width == 7 && $0.height == 5 })
      #expect(parser.framesPerSecond == 30_000.0 / 1001)
    }
  }

  @Test func limitedRangeIsExpanded() throws {
    let stream = Self.stream(
      "W2 H2 C444", frames: [[16, 235, 16, 235] + [16, 128, 240, 128] + [128, 128, 128, 128]])
    var parser = Y4MParser()
    let parsed = try parser.parse(stream, pieces: [5])
    guard case .picture(let picture)? = parsed.payloads.first else {
      Issue.record("no picture")
      return
    }
    #expect(picture.samples == [0, 255, 0, 255] + [0, 128, 255, 128] + [128, 128, 128, 128])
  }

  @Test(
    arguments: [
      "", "W0 H5", "W-3 H5", "W5", "H5", "Wx H5", "W99999999999999999999 H5", "W100000 H2", "W16384 H16384",
      "W4 H4 C420p10", "W4 H4 C444alpha", "W4 H4 Cmono16",
    ])
  func headersThatCannotBeShownAreErrors(parameters: String) {
    var parser = Y4MParser()
    #expect(throws: StreamFormatError.self) {
      try parser.parse(Self.stream(parameters, frames: [[1]]), pieces: [3])
    }
  }

  @Test(arguments: ["F0:0", "F25", "F-1:2", "F1:0", "F2000000000:1", "F"]) func oddRatesAreUnknown(
    rate: String
  ) throws {
    #expect(try Y4MHeader(line: Array("YUV4MPEG2 W4 H4 \(rate)".utf8)).framesPerSecond == nil)
  }

  @Test func lineThatDoesNotEndIsAnError() {
    var parser = Y4MParser()
    let endless = Array("YUV4MPEG2 ".utf8) + [UInt8](repeating: UInt8(ascii: "A"), count: 100_000)
    #expect(throws: StreamFormatError.self) { try parser.parse(endless, pieces: [100]) }
  }

  @Test func truncatedFrameIsCounted() throws {
    let stream = Self.stream("W4 H4 Cmono", frames: [[UInt8](repeating: 9, count: 16), [1, 2, 3]])
    var parser = Y4MParser()
    let parsed = try parser.parse(stream, pieces: [7])
    #expect(parsed.payloads.count == 1)
    #expect(parsed.dropped == 1)
  }

  @Test func damagedStreamsNeverCrash() {
    var generator = SeededGenerator(seed: 2)
    let stream = Self.stream("W6 H4 F25:1 C420", frames: (0..<4).map { _ in generator.nextBytes(36) })
    for _ in 0..<500 {
      var damaged = stream
      for _ in 0..<3 {
        damaged[Int.random(in: 10..<damaged.count, using: &generator)] = UInt8.random(
          in: 0...255, using: &generator)
      }
      var parser = Y4MParser()
      let parsed = try? parser.parse(damaged, pieces: [Int.random(in: 1...40, using: &generator)])
      #expect((parsed?.payloads.count ?? 0) <= stream.count)
    }
  }
}
