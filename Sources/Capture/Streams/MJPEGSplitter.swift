import Glibc

/// Finds the JPEGs in a stream of them: back to back, in multipart form, or with anything else between.
///
/// It follows the structure of a JPEG (ITU-T T.81 annex B) from its start to its end: segments are skipped by
/// their length, so that a thumbnail inside one does not end a frame, and only in entropy-coded data it looks
/// for markers. A frame that breaks this structure is dropped, and the search begins anew where it broke. One that the
/// next begins in gets the end marker that it lacks: some cameras leave it out, and the decoder refuses what was cut.
struct MJPEGSplitter: FrameParser {
  /// The longest frame that is kept, in bytes.
  static let defaultMaximumFrameBytes = 32 << 20
  /// More than this many bytes between two frames are no multipart header or padding, but a lost frame.
  static let maximumSeparatorBytes = 64 << 10

  var framesPerSecond: Double? { nil }

  private enum State {
    /// Before a frame; so many bytes of its beginning FF D8 FF were seen.
    case seeking(matched: Int)
    /// Between segments: the next byte is FF.
    case betweenSegments
    /// Behind the FF of a marker.
    case markerCode
    case lengthHigh(marker: UInt8)
    case lengthLow(marker: UInt8, high: UInt8)
    case payload(marker: UInt8, remaining: Int)
    case entropyCoded
    /// Behind an FF in entropy-coded data.
    case entropyCodedMarker
  }

  private enum Marker {
    static let start: UInt8 = 0xD8
    static let end: UInt8 = 0xD9
    static let startOfScan: UInt8 = 0xDA
    static let restarts: ClosedRange<UInt8> = 0xD0...0xD7
    static let temporary: UInt8 = 0x01
  }

  private let maximumFrameBytes: Int
  private var state = State.seeking(matched: 0)
  private var frame: [UInt8] = []
  private var separatorBytes = 0
  /// Whether what is being skipped was counted as a lost frame already.
  private var isLossCounted = false

  init(maximumFrameBytes: Int = defaultMaximumFrameBytes) { self.maximumFrameBytes = maximumFrameBytes }

  mutating func consume(_ bytes: UnsafeBufferPointer<UInt8>, from position: inout Int) -> ParsedItem? {
    while position < bytes.count {
      if let item = step(bytes, &position) { return item }
    }
    return nil
  }

  mutating func finish() -> ParsedItem? {
    defer { self = MJPEGSplitter(maximumFrameBytes: maximumFrameBytes) }
    return frame.isEmpty ? nil : .dropped(reason: .short, count: 1)
  }

  /// Takes at least one byte, unless it breaks the frame: then the search takes it.
  private mutating func step(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> ParsedItem? {
    switch state {
    case .seeking(let matched): return seek(matched, bytes, &position)
    case .payload(let marker, let remaining):
      let count = min(remaining, bytes.count - position)
      guard take(count, of: bytes, &position) else { return abandon() }
      state = count < remaining ? .payload(marker: marker, remaining: remaining - count) : following(marker)
      return nil
    case .entropyCoded:
      let run = distanceToMarker(bytes, from: position)
      let count = min(run + 1, bytes.count - position)
      guard take(count, of: bytes, &position) else { return abandon() }
      if count > run { state = .entropyCodedMarker }
      return nil
    case .betweenSegments, .markerCode, .lengthHigh, .lengthLow, .entropyCodedMarker:
      return stepByOne(bytes, &position)
    }
  }

  private mutating func stepByOne(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> ParsedItem? {
    let byte = bytes[position]
    switch state {
    case .betweenSegments:
      guard byte == 0xFF else { return abandon() }
      state = .markerCode
    case .markerCode:
      switch byte {
      case 0xFF: break
      case Marker.start: return restart(&position)
      case Marker.end, 0x00: return abandon()
      case Marker.restarts, Marker.temporary: state = .betweenSegments
      default: state = .lengthHigh(marker: byte)
      }
    case .lengthHigh(let marker): state = .lengthLow(marker: marker, high: byte)
    case .lengthLow(let marker, let high):
      let length = Int(high) << 8 | Int(byte)
      guard length >= 2 else { return abandon() }
      state = length == 2 ? following(marker) : .payload(marker: marker, remaining: length - 2)
    case .entropyCodedMarker:
      switch byte {
      case 0xFF: break
      case 0x00, Marker.restarts, Marker.temporary: state = .entropyCoded
      case Marker.start: return restart(&position)
      case Marker.end:
        guard take(1, of: bytes, &position) else { return abandon() }
        return complete()
      // More scans follow: a progressive file.
      default: state = .lengthHigh(marker: byte)
      }
    case .seeking, .payload, .entropyCoded: break
    }
    return take(1, of: bytes, &position) ? nil : abandon()
  }

  private func following(_ marker: UInt8) -> State {
    marker == Marker.startOfScan ? .entropyCoded : .betweenSegments
  }

  private mutating func seek(
    _ matched: Int, _ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int
  ) -> ParsedItem? {
    var taken = 1
    switch (matched, bytes[position]) {
    case (0, 0xFF), (1, 0xFF): state = .seeking(matched: 1)
    case (1, Marker.start): state = .seeking(matched: 2)
    case (2, 0xFF):
      position += 1
      begin()
      return nil
    default:
      state = .seeking(matched: 0)
      if matched == 0 { taken = distanceToMarker(bytes, from: position) }
    }
    position += taken
    separatorBytes += taken
    guard separatorBytes > Self.maximumSeparatorBytes, !isLossCounted else { return nil }
    isLossCounted = true
    return .dropped(reason: .undecodable, count: 1)
  }

  private func distanceToMarker(_ bytes: UnsafeBufferPointer<UInt8>, from position: Int) -> Int {
    guard let base = bytes.baseAddress,
      let found = memchr(base + position, 0xFF, bytes.count - position)
    else { return bytes.count - position }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base + position)
  }

  private mutating func begin() {
    frame.append(contentsOf: [0xFF, Marker.start, 0xFF])
    state = .markerCode
    separatorBytes = 0
    isLossCounted = false
  }

  /// Moves bytes into the frame; false where it would become too long.
  private mutating func take(_ count: Int, of bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int)
    -> Bool
  {
    guard frame.count + count <= maximumFrameBytes else { return false }
    frame.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[position..<position + count]))
    position += count
    return true
  }

  private mutating func complete(lacksEnd: Bool = false) -> ParsedItem {
    let jpeg = frame
    frame = []
    // Frames of a stream are about equally long.
    frame.reserveCapacity(jpeg.count)
    state = .seeking(matched: 0)
    return .frame(.jpeg(jpeg), lacksEnd: lacksEnd)
  }

  /// The frame, whose last byte is an FF, with the rest of the end marker that it lacks; nil where it is not in a scan,
  /// which alone may end without one.
  private mutating func completeOpen() -> ParsedItem? {
    guard case .entropyCodedMarker = state, frame.count < maximumFrameBytes else { return nil }
    frame.append(Marker.end)
    return complete(lacksEnd: true)
  }

  private mutating func abandon() -> ParsedItem {
    frame = []
    state = .seeking(matched: 0)
    separatorBytes = 0
    isLossCounted = true
    return .dropped(reason: .undecodable, count: 1)
  }

  /// The frame is over at the D8 of another frame's beginning, whose FF is behind us.
  private mutating func restart(_ position: inout Int) -> ParsedItem {
    let item = completeOpen() ?? abandon()
    position += 1
    state = .seeking(matched: 2)
    return item
  }
}
