import Testing

@testable import Training

/// Reads event files.
enum EventFile {
  /// The events of a file, each record's checks compared.
  static func records(_ bytes: [UInt8]) -> [[UInt8]] {
    func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reversed().reduce(0) { $0 << 8 | Int($1) } }
    var events: [[UInt8]] = []
    var rest = bytes[...]
    while rest.count >= 16 {
      let length = rest.prefix(8)
      let event = rest.dropFirst(12).prefix(number(length))
      #expect(number(rest.dropFirst(8).prefix(4)) == Int(CRC32C.masked(length)))
      rest = rest.dropFirst(12 + event.count)
      #expect(number(rest.prefix(4)) == Int(CRC32C.masked(event)))
      rest = rest.dropFirst(4)
      events.append(Array(event))
    }
    #expect(rest.isEmpty)
    return events
  }
}
