import TestSupport
import Testing
import WeightExchange

@Suite struct ProtobufWriterTests {
  private func written(_ write: (inout ProtobufWriter) -> Void) -> [UInt8] {
    var writer = ProtobufWriter()
    write(&writer)
    return writer.bytes
  }

  /// The examples of the format's description, and the limits of a varint.
  @Test func writesTheWireFormat() {
    #expect(written { $0.integer(1, 150) } == [0x08, 0x96, 0x01])
    #expect(written { $0.text(2, "testing") } == [0x12, 0x07] + Array("testing".utf8))
    #expect(written { $0.message(3) { $0.integer(1, 150) } } == [0x1A, 0x03, 0x08, 0x96, 0x01])
    #expect(written { $0.integer(1, 0) } == [0x08, 0x00])
    #expect(written { $0.integer(16, 127) } == [0x80, 0x01, 0x7F])
    #expect(written { $0.integer(1, -1) } == [0x08] + [UInt8](repeating: 0xFF, count: 9) + [0x01])
    #expect(written { $0.integer(1, .max) } == [0x08] + [UInt8](repeating: 0xFF, count: 8) + [0x7F])
    #expect(written { $0.float(2, 1) } == [0x15, 0, 0, 0x80, 0x3F])
    #expect(written { $0.double(1, -2) } == [0x09, 0, 0, 0, 0, 0, 0, 0, 0xC0])
    #expect(written { $0.packed(6, [1]) } == [0x32, 0x08, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F])
    #expect(
      [Float(1), -2].withUnsafeBufferPointer { floats in written { $0.bytes(9, of: floats) } }
        == [0x4A, 0x08, 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0])
  }

  @Test func nestedMessagesOfAnyLengthAreReadBack() {
    for length in [0, 1, 127, 128, 16_383, 16_384, 100_000] {
      let contents = [UInt8](repeating: 7, count: length)
      let bytes = written { outer in
        outer.message(1) { middle in
          middle.message(2) { $0.bytes(3, contents) }
          middle.integer(4, length)
        }
        outer.integer(5, 1)
      }
      let outer = protobufFields(bytes)
      #expect(outer.map(\.number) == [1, 5])
      let middle = outer[0].value.message
      #expect(middle.map(\.number) == [2, 4])
      #expect(middle[0].value.message.first?.value == .bytes(contents))
      #expect(middle[1].value == .integer(length))
    }
  }
}
