import WeightExchange

/// One record of an event file (`event.proto` and `summary.proto` of TensorFlow).
struct TensorBoardEvent {
  enum Contents {
    /// The beginning of a file.
    case fileVersion
    /// From here on the steps count anew: what was logged for this step and later ones is no longer valid.
    case sessionStart
    case scalar(tag: String, Float)
    case histogram(tag: String, TensorBoardHistogram)
    /// An encoded picture; channels as in PNG, 1 for grey to 4 for colour with transparency.
    case image(tag: String, png: [UInt8], width: Int, height: Int, channels: Int)
  }

  /// Seconds since 1970.
  let wallTime: Double
  let step: Int
  let contents: Contents

  /// A message Event; as its description (proto3) demands, numbers that are zero are left out.
  var bytes: [UInt8] {
    var event = ProtobufWriter()
    event.nonZero(1, wallTime)
    event.nonZero(2, step)
    switch contents {
    case .fileVersion: event.text(3, "brain.Event:2")
    case .sessionStart: event.message(7) { $0.integer(1, 1) }  // SessionLog with status START
    case .scalar(let tag, let value): Self.summary(tag, &event) { $0.float(2, value) }
    case .histogram(let tag, let histogram):
      Self.summary(tag, &event) { $0.message(5) { Self.encode(histogram, &$0) } }
    case .image(let tag, let png, let width, let height, let channels):
      Self.summary(tag, &event) { value in
        value.message(4) { image in
          image.nonZero(1, height)
          image.nonZero(2, width)
          image.nonZero(3, channels)
          image.bytes(4, png)
        }
      }
    }
    return event.bytes
  }

  /// The bytes of the record: length, its check, the event, its check ("TFRecords format details", TensorFlow).
  var record: [UInt8] {
    let event = bytes
    let length = Self.littleEndian(UInt64(event.count))
    return length + Self.littleEndian(CRC32C.masked(length)) + event
      + Self.littleEndian(CRC32C.masked(event))
  }

  private static func summary(
    _ tag: String, _ event: inout ProtobufWriter, _ encode: (inout ProtobufWriter) -> Void
  ) {
    event.message(5) { summary in
      summary.message(1) { value in
        value.text(1, tag)
        encode(&value)
      }
    }
  }

  private static func encode(_ histogram: TensorBoardHistogram, _ message: inout ProtobufWriter) {
    message.nonZero(1, histogram.range.lowerBound)
    message.nonZero(2, histogram.range.upperBound)
    message.nonZero(3, Double(histogram.count))
    message.nonZero(4, histogram.sum)
    message.nonZero(5, histogram.sumOfSquares)
    let buckets = histogram.compacted
    message.packed(6, buckets.limits)
    message.packed(7, buckets.counts)
  }

  private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}

extension ProtobufWriter {
  fileprivate mutating func nonZero(_ field: Int, _ value: Int) { if value != 0 { integer(field, value) } }
  // Minus zero counts as a value of its own.
  fileprivate mutating func nonZero(_ field: Int, _ value: Double) {
    if value.bitPattern != 0 { double(field, value) }
  }
}
