import CKernels
import Imaging

/// Reads YUV4MPEG2, the uncompressed video that `ffmpeg -f yuv4mpegpipe` writes. Samples go straight to their
/// place in the picture.
struct Y4MParser: FrameParser {
  /// No stream has header lines as long as this, in bytes.
  private static let maximumLineBytes = 1024
  private static let frameMagic = Array("FRAME".utf8)

  private enum State {
    case header
    case frameLine
    case samples(plane: Int, row: Int, column: Int)
  }

  /// Known once the first line was read.
  private(set) var header: Y4MHeader?
  var framesPerSecond: Double? { header?.framesPerSecond }

  private let assumedRange: SampleRange
  private var state = State.header
  private var line: [UInt8] = []
  private var picture: Picture?

  /// - Parameter assumedRange: What samples mean where the stream does not say it.
  init(assumedRange: SampleRange = .limited) { self.assumedRange = assumedRange }

  mutating func consume(
    _ bytes: UnsafeBufferPointer<UInt8>, from position: inout Int
  ) throws(StreamFormatError) -> ParsedItem? {
    while position < bytes.count {
      switch state {
      case .header:
        guard let line = try takeLine(bytes, &position) else { return nil }
        header = try Y4MHeader(line: line)
        state = .frameLine
      case .frameLine:
        guard let line = try takeLine(bytes, &position) else { return nil }
        try beginFrame(line)
      case .samples(let plane, let row, let column):
        if let finished = takeSamples(bytes, &position, plane: plane, row: row, column: column) {
          return .frame(.picture(finished))
        }
      }
    }
    return nil
  }

  mutating func finish() -> ParsedItem? {
    let isInsideFrame = picture != nil || !line.isEmpty
    picture = nil
    line = []
    return isInsideFrame ? .dropped(reason: .short, count: 1) : nil
  }

  /// A whole line without its line feed, or nil while its end is not there.
  private mutating func takeLine(
    _ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int
  ) throws(StreamFormatError) -> [UInt8]? {
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\n") {
        defer { line.removeAll(keepingCapacity: true) }
        return line
      }
      line.append(byte)
      guard line.count <= Self.maximumLineBytes else {
        throw StreamFormatError(reason: "no Y4M stream: a header line does not end")
      }
    }
    return nil
  }

  private mutating func beginFrame(_ line: [UInt8]) throws(StreamFormatError) {
    guard line.starts(with: Self.frameMagic), let header else {
      throw StreamFormatError(reason: "the Y4M stream is damaged: a frame does not begin with FRAME")
    }
    do {
      picture = try Picture(
        uninitializedWidth: header.width, height: header.height, subsampling: header.subsampling)
    } catch { throw StreamFormatError(reason: error.description) }
    state = .samples(plane: 0, row: 0, column: 0)
  }

  /// Copies samples until the bytes or the frame are at their end; the picture where it is complete.
  private mutating func takeSamples(
    _ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int, plane: Int, row: Int, column: Int
  ) -> Picture? {
    guard let base = bytes.baseAddress, let planes = picture?.planes else { return nil }
    let isLimited = (header?.range ?? assumedRange) == .limited
    var plane = plane
    var row = row
    var column = column
    picture?.withMutableBytes { output in
      while position < bytes.count, plane < planes.count {
        let layout = planes[plane]
        let count = min(layout.width - column, bytes.count - position)
        // The first plane has a sample, so the storage has an address.
        let target = output.baseAddress! + layout.offset + row * layout.bytesPerLine + column
        switch (isLimited, plane) {
        case (false, _): target.update(from: base + position, count: count)
        case (true, 0): kernel_expand_luma(base + position, count, target)
        case (true, _): kernel_expand_chroma(base + position, count, target)
        }
        position += count
        column += count
        guard column == layout.width else { continue }
        column = 0
        row += 1
        guard row == layout.height else { continue }
        row = 0
        plane += 1
      }
    }
    guard plane == planes.count else {
      state = .samples(plane: plane, row: row, column: column)
      return nil
    }
    state = .frameLine
    defer { picture = nil }
    return picture
  }
}
