import Imaging
import Testing

@testable import Capture

/// Damaged JPEGs through all that a camera's JPEG goes through. Run long with `scripts/fuzz SECONDS JPEG`.
@Suite struct JPEGFuzzTests {
  /// JPEGs of all kinds, undamaged.
  private static func corpus() throws -> [[UInt8]] {
    let encoder = try JPEGEncoder()
    var corpus = FuzzCorpus.jpegs.map(\.bytes)
    for subsampling in ChromaSubsampling.allCases {
      var picture = try Picture(width: 33, height: 19, subsampling: subsampling, luma: 60)
      picture.withMutableBytes { bytes in
        for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index &* index) }
      }
      let jpeg = try encoder.encode(picture, quality: 70)
      corpus += [
        jpeg, Array(jpeg.dropLast(2)), jpeg + [UInt8](repeating: 0, count: 100), withoutTables(jpeg),
      ]
    }
    return corpus
  }

  /// As webcams send it: without the segments of Huffman tables.
  private static func withoutTables(_ jpeg: [UInt8]) -> [UInt8] {
    var result = Array(jpeg[..<2])
    var position = 2
    while position + 4 <= jpeg.count, jpeg[position] == 0xFF {
      let marker = jpeg[position + 1]
      let end = min(position + 2 + Int(jpeg[position + 2]) << 8 + Int(jpeg[position + 3]), jpeg.count)
      if marker != 0xC4 { result += jpeg[position..<end] }
      position = end
      if marker == 0xDA { break }
    }
    return result + jpeg[position...]
  }

  @Test func theCorpusIsDecoded() throws {
    let decoder = try JPEGDecoder()
    for (name, bytes) in FuzzCorpus.jpegs {
      let picture = try decoder.decode(bytes)
      #expect((picture.width, picture.height) == (17, 13), "\(name)")
      let outline = bytes.withUnsafeBufferPointer { JPEGOutline($0) }
      #expect(outline?.width == 17 && outline?.height == 13 && outline?.hasEnd == true, "\(name)")
    }
  }

  @Test func fuzzJPEG() throws {
    let corpus = try Self.corpus()
    let decoder = try JPEGDecoder()
    let good = corpus[0]
    var outcomes = (decoded: 0, refused: 0)
    FuzzCampaign.run(rounds: 400) { seed in
      var random = FuzzRandom(seed: seed)
      var bytes = random.pick(corpus)
      random.damage(&bytes)
      let outline = bytes.withUnsafeBufferPointer { JPEGOutline($0) }
      do throws(ImagingError) {
        let acceptance = random.pick([JPEGDecoder.Acceptance.whole, .padded, .damaged])
        let picture = try decoder.decode(bytes, accepting: acceptance)
        #expect(picture.width > 0 && picture.height > 0)
        // Whoever decodes agrees with the outline about the size, so the check of sizes cannot be gone round.
        if let outline {
          #expect(outline.width == picture.width && outline.height == picture.height, "seed \(seed)")
        }
        outcomes.decoded += 1
      } catch {
        #expect(!error.description.isEmpty)
        outcomes.refused += 1
      }
      // A bad frame never spoils the next.
      if seed % 16 == 0 { #expect((try? decoder.decode(good))?.width == 17, "after seed \(seed)") }
      Self.split(bytes + good, &random)
    }
    #expect(outcomes.decoded > 0 && outcomes.refused > 0)
  }

  /// The same bytes as a stream, in pieces.
  private static func split(_ bytes: [UInt8], _ random: inout FuzzRandom) {
    var splitter = MJPEGSplitter(maximumFrameBytes: Int.random(in: 1...4096, using: &random))
    var position = 0
    while position < bytes.count {
      let end = min(bytes.count, position + Int.random(in: 1...700, using: &random))
      bytes[position..<end].withUnsafeBufferPointer { piece in
        var start = 0
        while let item = splitter.consume(piece, from: &start) {
          if case .frame = item { continue }
        }
        #expect(start == piece.count)
      }
      position = end
    }
    _ = splitter.finish()
  }
}
