import CV4L2
import Imaging
import Testing

@testable import Capture

/// Formats as drivers may answer them, and frames in them. Run long with `scripts/fuzz SECONDS Format`.
@Suite struct FormatFuzzTests {
  @Test func fuzzFormat() throws {
    var outcomes = (pictures: 0, refused: 0)
    FuzzCampaign.run(rounds: 3000) { seed in
      var random = FuzzRandom(seed: seed)
      var answer = cv4l2_format()
      answer.pixel_format =
        random.chance(950) ? random.pick(CameraPixelFormat.all).fourCC.rawValue : random.number()
      answer.width = random.chance(700) ? UInt32.random(in: 0...70, using: &random) : random.number()
      answer.height = random.chance(700) ? UInt32.random(in: 0...70, using: &random) : random.number()
      answer.bytes_per_line =
        random.chance(300) ? 0 : random.chance(500) ? random.number() : answer.width &* 3
      answer.image_bytes = random.number()
      answer.field = random.chance(900) ? cv4l2_field_none : random.number()
      answer.colorspace = random.number()
      answer.quantization = random.chance(500) ? 0 : random.number()
      guard let format = try? CaptureFormat(checking: answer) else {
        outcomes.refused += 1
        return
      }
      #expect(format.minimumFrameBytes > 0)
      #expect(format.width * format.height <= Picture.maximumPixels)
      guard case .raw(let raw) = format.pixelFormat.contents, format.minimumFrameBytes <= 1 << 20 else {
        return
      }
      // Exactly as many bytes as are claimed to suffice, in memory of their own: one more would be seen.
      let count = random.chance(800) ? format.minimumFrameBytes : max(format.minimumFrameBytes - 1, 0)
      let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: count)
      defer { memory.deallocate() }
      memory.initialize(repeating: UInt8(truncatingIfNeeded: seed))
      let picture = try? raw.picture(
        from: UnsafeBufferPointer(memory), width: format.width, height: format.height,
        bytesPerLine: format.bytesPerLine, range: format.range)
      #expect((picture != nil) == (count == format.minimumFrameBytes), "seed \(seed)")
      if let picture {
        #expect((picture.width, picture.height) == (format.width, format.height))
        outcomes.pictures += 1
      }
    }
    #expect(outcomes.pictures > 0 && outcomes.refused > 0)
  }
}
