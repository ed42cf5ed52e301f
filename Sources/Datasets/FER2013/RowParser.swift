import Faces

/// Turns rows of a table into pictures.
struct RowParser {
  private let columns: TableColumns
  private let usageWithoutColumn: Usage?
  private var fields = RowFields()
  private var picture = [UInt8](repeating: 0, count: FacePictures.pixelsPerPicture)

  private(set) var pixels: [UInt8] = []
  private(set) var labels: [Emotion] = []
  private(set) var usage: [Usage] = []

  init(columns: TableColumns, usageWithoutColumn: Usage?) {
    self.columns = columns
    self.usageWithoutColumn = usageWithoutColumn
  }

  /// Adds a row's picture, or nothing where anything about the row is wrong.
  mutating func add(_ row: UnsafeBufferPointer<UInt8>) throws(RowProblem) {
    try fields.split(row)
    guard fields.ranges.count == columns.fieldCount else {
      throw .wrongFieldCount(expected: columns.fieldCount, actual: fields.ranges.count)
    }
    let label = try Self.label(field(columns.emotion, of: row))
    let part = try part(of: row)
    let values = field(columns.pixels, of: row)
    try picture.withUnsafeMutableBufferPointer { picture throws(RowProblem) in
      try Self.parse(values, into: picture.baseAddress!)
    }
    pixels.append(contentsOf: picture)
    labels.append(label)
    usage.append(part)
  }

  private func field(_ index: Int, of row: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: row[fields.ranges[index]])
  }

  private static func label(_ text: UnsafeBufferPointer<UInt8>) throws(RowProblem) -> Emotion {
    guard text.count == 1, let emotion = Emotion(rawValue: Int(text[0]) - 48) else {
      throw .badLabel(text: text.clippedText)
    }
    return emotion
  }

  private func part(of row: UnsafeBufferPointer<UInt8>) throws(RowProblem) -> Usage {
    guard let column = columns.usage else { return usageWithoutColumn! }
    let text = field(column, of: row)
    for usage in Usage.allCases where text.elementsEqual(usage.name.utf8) { return usage }
    throw .unknownUsage(text: text.clippedText)
  }

  /// Reads whole numbers between blanks.
  private static func parse(
    _ text: UnsafeBufferPointer<UInt8>, into picture: UnsafeMutablePointer<UInt8>
  ) throws(RowProblem) {
    guard var position = text.baseAddress else { throw .wrongPixelCount(actual: 0) }
    let end = position + text.count
    var count = 0
    while true {
      while position < end, position.pointee.isBlank { position += 1 }
      if position == end { break }
      let start = position
      var value: UInt32 = 0
      while position < end {
        let digit = UInt32(position.pointee) &- 48
        if digit > 9 { break }
        value = value &* 10 &+ digit
        position += 1
        if value > 255 { break }
      }
      if position < end, !position.pointee.isBlank || value > 255 {
        throw .badPixel(index: count, text: word(from: start, to: end))
      }
      if value > 255 { throw .badPixel(index: count, text: word(from: start, to: end)) }
      if count < FacePictures.pixelsPerPicture { picture[count] = UInt8(truncatingIfNeeded: value) }
      count += 1
    }
    guard count == FacePictures.pixelsPerPicture else { throw .wrongPixelCount(actual: count) }
  }

  private static func word(from start: UnsafePointer<UInt8>, to end: UnsafePointer<UInt8>) -> String {
    var stop = start
    while stop < end, !stop.pointee.isBlank { stop += 1 }
    return UnsafeBufferPointer(start: start, count: stop - start).clippedText
  }
}
