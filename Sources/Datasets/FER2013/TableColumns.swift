/// Where in a row the three columns stand that are read. Other columns are ignored.
struct TableColumns {
  static let emotionName = "emotion"
  static let pixelsName = "pixels"
  static let usageName = "Usage"

  /// Fields of every row.
  let fieldCount: Int
  let emotion: Int
  let pixels: Int
  /// Nil where the table has no such column.
  let usage: Int?

  /// Reads the header; blanks around a name do not count, as in the contest's `icml_face_data.csv`.
  init(header: UnsafeBufferPointer<UInt8>, file: String, options: ReadingOptions) throws(DatasetError) {
    var bytes = header
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = UnsafeBufferPointer(rebasing: bytes[3...]) }
    var row = RowFields()
    do { try row.split(bytes) } catch { throw .badRow(file: file, line: 1, error) }
    let names = row.ranges.map { UnsafeBufferPointer(rebasing: bytes[$0]).clippedText }
    func position(_ name: String) throws(DatasetError) -> Int? {
      let positions = names.indices.filter { names[$0] == name }
      if positions.count > 1 { throw .repeatedColumn(file: file, column: name) }
      return positions.first
    }
    func needed(_ name: String) throws(DatasetError) -> Int {
      guard let position = try position(name) else {
        throw .missingColumn(file: file, column: name, header: Array(names.prefix(8)))
      }
      return position
    }
    fieldCount = names.count
    emotion = try needed(Self.emotionName)
    pixels = try needed(Self.pixelsName)
    usage = options.usageWithoutColumn == nil ? try needed(Self.usageName) : try position(Self.usageName)
  }
}

/// The places of a row's fields, without quotation marks and surrounding blanks (RFC 4180, section 2; a doubled
/// quotation mark inside a field stays as it is, for none of the columns may contain one).
struct RowFields {
  private(set) var ranges: [Range<Int>] = []

  mutating func split(_ bytes: UnsafeBufferPointer<UInt8>) throws(RowProblem) {
    ranges.removeAll(keepingCapacity: true)
    var position = 0
    while true {
      while position < bytes.count, bytes[position].isBlank { position += 1 }
      if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
        position = try addQuoted(from: position + 1, in: bytes)
      } else {
        position = addPlain(from: position, in: bytes)
      }
      if position == bytes.count { return }
      position += 1
    }
  }

  /// - Returns: The place of the comma after the field, or the row's end.
  private mutating func addPlain(from start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
    let comma = bytes[start...].firstIndex(of: UInt8(ascii: ",")) ?? bytes.count
    var end = comma
    while end > start, bytes[end - 1].isBlank { end -= 1 }
    ranges.append(start..<end)
    return comma
  }

  private mutating func addQuoted(
    from start: Int, in bytes: UnsafeBufferPointer<UInt8>
  ) throws(RowProblem) -> Int {
    var search = start
    while let quote = bytes[search...].firstIndex(of: UInt8(ascii: "\"")) {
      if quote + 1 < bytes.count, bytes[quote + 1] == UInt8(ascii: "\"") {
        search = quote + 2
        continue
      }
      var next = quote + 1
      while next < bytes.count, bytes[next].isBlank { next += 1 }
      guard next == bytes.count || bytes[next] == UInt8(ascii: ",") else { break }
      var end = quote
      while end > start, bytes[end - 1].isBlank { end -= 1 }
      let first = bytes[start..<end].firstIndex { !$0.isBlank } ?? end
      ranges.append(first..<end)
      return next
    }
    throw .unmatchedQuotes(field: ranges.count + 1)
  }
}

extension UInt8 {
  /// A space or a tab.
  var isBlank: Bool { self == 32 || self == 9 }
}

extension UnsafeBufferPointer<UInt8> {
  /// The bytes for an error message: printable and not too long.
  var clippedText: String {
    let limit = 24
    let text = prefix(limit).map { $0 >= 32 && $0 < 127 ? Character(UnicodeScalar($0)) : "?" }
    return String(text) + (count > limit ? "…" : "")
  }
}
