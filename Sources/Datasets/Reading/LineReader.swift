import Glibc

/// Cuts a stream of bytes into lines without ever holding more than one buffer of it.
///
/// Lines end with a line feed, or a carriage return and a line feed. A quoted field of a table may not contain one:
/// then a missing quotation mark costs one row, not the rest of the file.
final class LineReader {
  /// One line's bytes without its end, or word that it is longer than the buffer.
  enum Line {
    /// Valid until the next line is asked for.
    case bytes(UnsafeBufferPointer<UInt8>)
    case tooLong
  }

  /// The longest line that is given out, in bytes. A row of FER2013 has at most 9,300.
  static let maximumLineBytes = 1 << 20

  /// The number of the last line that was given out, from 1.
  private(set) var lineNumber = 0

  private let source: any ByteSource
  private let file: String
  private let maximumBytes: Int
  private let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: maximumLineBytes)
  private var start = 0
  private var end = 0
  private var receivedBytes = 0
  private var isAtEnd = false

  init(_ source: any ByteSource, file: String, maximumBytes: Int) {
    self.source = source
    self.file = file
    self.maximumBytes = maximumBytes
  }

  deinit { buffer.deallocate() }

  /// The next line; nil at the end.
  func next() throws(DatasetError) -> Line? {
    var scanned = start
    var isTooLong = false
    while true {
      if let newline = memchr(buffer + scanned, 10, end - scanned) {
        let lineEnd = newline.assumingMemoryBound(to: UInt8.self) - buffer
        defer { start = lineEnd + 1 }
        return line(start..<lineEnd, isTooLong: isTooLong)
      }
      if isAtEnd {
        defer { start = end }
        return start == end && !isTooLong ? nil : line(start..<end, isTooLong: isTooLong)
      }
      if start == 0 && end == Self.maximumLineBytes {
        isTooLong = true
        end = 0
      }
      scanned = end - start
      try refill()
    }
  }

  private func line(_ range: Range<Int>, isTooLong: Bool) -> Line {
    lineNumber += 1
    if isTooLong { return .tooLong }
    let hasReturn = !range.isEmpty && buffer[range.upperBound - 1] == 13
    return .bytes(
      UnsafeBufferPointer(start: buffer + range.lowerBound, count: range.count - (hasReturn ? 1 : 0)))
  }

  /// Moves what is left to the front and fills the rest.
  private func refill() throws(DatasetError) {
    if start > 0 { memmove(buffer, buffer + start, end - start) }
    end -= start
    start = 0
    let free = UnsafeMutableRawBufferPointer(start: buffer + end, count: Self.maximumLineBytes - end)
    let received = try source.read(into: free)
    isAtEnd = received == 0
    end += received
    receivedBytes += received
    if receivedBytes > maximumBytes { throw .tooManyBytes(file: file, maximumBytes: maximumBytes) }
  }
}
