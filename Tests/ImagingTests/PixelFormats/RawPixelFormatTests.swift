import Imaging
import Testing

/// Conversions against the plainest possible reading of each format, pixel by pixel, over random bytes.
@Suite struct RawPixelFormatTests {
  /// A frame of random bytes with everything that a driver may vary.
  struct RandomFrame: Sendable, CustomTestStringConvertible {
    var format: RawPixelFormat
    var width: Int
    var height: Int
    var padding: Int
    var range: SampleRange

    var testDescription: String { "\(format) \(width)x\(height)+\(padding) \(range)" }
    var bytesPerLine: Int { format.minimumBytesPerLine(width: width) + padding }

    func bytes() throws -> [UInt8] {
      var generator = SplitMix64(state: UInt64(width * 1000 + height))
      let count = try format.byteCount(width: width, height: height, bytesPerLine: bytesPerLine)
      return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    }
  }

  static let frames: [RandomFrame] = {
    var frames: [RandomFrame] = []
    for format in RawPixelFormat.allCases where format != .rgb24 && format != .bgr24 {
      for (width, height) in [(1, 1), (2, 2), (3, 1), (1, 3), (33, 5), (64, 4), (127, 9), (640, 3)] {
        for padding in [0, 2, 13] {
          for range in SampleRange.allCases {
            frames.append(
              RandomFrame(format: format, width: width, height: height, padding: padding, range: range))
          }
        }
      }
    }
    return frames
  }()

  @Test(arguments: frames) func conversionEqualsTheReference(_ frame: RandomFrame) throws {
    let bytes = try frame.bytes()
    let picture = try frame.format.picture(
      from: bytes, width: frame.width, height: frame.height, bytesPerLine: frame.bytesPerLine,
      range: frame.range)
    #expect(picture.width == frame.width)
    #expect(picture.height == frame.height)
    let subsampling: ChromaSubsampling =
      switch frame.format {
      case .yuyv, .uyvy: .yuv422
      case .grey: .grey
      default: .yuv420
      }
    try #require(picture.subsampling == subsampling)
    let reference = Reference(bytes: bytes, frame: frame)
    var differences = 0
    picture.withBytes { samples in
      for (index, plane) in picture.planes.enumerated() {
        for y in 0..<plane.height {
          for x in 0..<plane.width {
            let actual = samples[plane.offset + y * plane.bytesPerLine + x]
            if actual != reference.sample(plane: index, x: x, y: y) { differences += 1 }
          }
        }
      }
    }
    #expect(differences == 0)
  }

  @Test func everyLimitedValueIsExpandedAndRounded() throws {
    let bytes = (0...255).map { UInt8($0) }
    let picture = try RawPixelFormat.grey.picture(from: bytes, width: 256, height: 1, range: .limited)
    for value in 0...255 {
      let exact = (Double(value) - 16) * 255 / 219
      #expect(picture.luma(x: value, y: 0) == UInt8(min(max(exact, 0), 255).rounded()))
    }
    #expect(picture.luma(x: 16, y: 0) == 0)
    #expect(picture.luma(x: 235, y: 0) == 255)
  }

  @Test(arguments: [RawPixelFormat.rgb24, .bgr24]) func redIsRed(_ format: RawPixelFormat) throws {
    let pixel: [UInt8] = format == .rgb24 ? [255, 0, 0] : [0, 0, 255]
    let row = Array(repeatElement(pixel, count: 7).joined()) + [9, 9, 9]
    // Limited range says nothing about RGB.
    let picture = try format.picture(
      from: row + row, width: 7, height: 2, bytesPerLine: row.count, range: .limited)
    let (luma, cb, cr) = picture.withBytes { bytes in
      (bytes[picture.planes[0].offset], bytes[picture.planes[1].offset], bytes[picture.planes[2].offset])
    }
    #expect((75...77).contains(luma))
    #expect((84...86).contains(cb))
    #expect(cr >= 254)
  }

  @Test(arguments: RawPixelFormat.allCases, [0, 5]) func oneByteLessIsTooShort(
    _ format: RawPixelFormat, padding: Int
  ) throws {
    let bytesPerLine = format.minimumBytesPerLine(width: 5) + padding
    let count = try format.byteCount(width: 5, height: 3, bytesPerLine: bytesPerLine)
    let bytes = [UInt8](repeating: 0, count: count - 1)
    #expect(throws: ImagingError.tooShort(expectedBytes: count, actualBytes: count - 1)) {
      try format.picture(from: bytes, width: 5, height: 3, bytesPerLine: bytesPerLine, range: .full)
    }
    _ = try format.picture(from: bytes + [0], width: 5, height: 3, bytesPerLine: bytesPerLine, range: .full)
  }

  @Test(arguments: RawPixelFormat.allCases) func impossibleSizesAreRefused(_ format: RawPixelFormat) {
    for (width, height) in [(0, 4), (4, 0), (-1, 4), (Int.max, 1), (1, Int.max), (16_384, 16_384)] {
      #expect(throws: ImagingError.unacceptableSize(width: width, height: height)) {
        try format.byteCount(width: width, height: height)
      }
    }
    for bytesPerLine in [Int.min, -1, 0, format.minimumBytesPerLine(width: 8) - 1, Int.max] {
      #expect(throws: ImagingError.self) {
        try format.byteCount(width: 8, height: 8, bytesPerLine: bytesPerLine)
      }
    }
  }

  @Test func noBytesAtAllAreTooShort() {
    #expect(throws: ImagingError.self) {
      try RawPixelFormat.yuyv.picture(
        from: UnsafeBufferPointer(start: nil, count: 0), width: 2, height: 2, range: .full)
    }
  }
}

/// Reads single samples by the definition of each format (the pages of the V4L2 specification), with no
/// thought of speed.
private struct Reference {
  var bytes: [UInt8]
  var frame: RawPixelFormatTests.RandomFrame

  func sample(plane: Int, x: Int, y: Int) -> UInt8 {
    let raw = bytes[offset(plane: plane, x: x, y: y)]
    guard frame.range == .limited else { return raw }
    let value =
      plane == 0 ? (Double(raw) - 16) * 255 / 219 : (Double(raw) - 128) * 255 / 224
    let rounded = value.rounded(.toNearestOrAwayFromZero) + (plane == 0 ? 0 : 128)
    return UInt8(min(max(rounded, 0), 255))
  }

  private func offset(plane: Int, x: Int, y: Int) -> Int {
    let stride = frame.bytesPerLine
    let lumaBytes = stride * frame.height
    let chromaRows = (frame.height + 1) / 2
    switch (frame.format, plane) {
    case (.yuyv, 0): return y * stride + 2 * x
    case (.yuyv, _): return y * stride + 4 * x + (plane == 1 ? 1 : 3)
    case (.uyvy, 0): return y * stride + 2 * x + 1
    case (.uyvy, _): return y * stride + 4 * x + (plane == 1 ? 0 : 2)
    case (_, 0): return y * stride + x
    case (.nv12, _):
      let chromaStride = max(stride, (frame.width + 1) / 2 * 2)
      return lumaBytes + y * chromaStride + 2 * x + plane - 1
    default:
      let isSecond = (frame.format == .yuv420) == (plane == 2)
      let chromaStride = (stride + 1) / 2
      return lumaBytes + (isSecond ? chromaStride * chromaRows : 0) + y * chromaStride + x
    }
  }
}

/// Random numbers that are the same in every run.
private struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
