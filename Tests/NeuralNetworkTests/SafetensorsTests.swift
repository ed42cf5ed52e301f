import Foundation
import Testing

@testable import NeuralNetwork

/// Builds files, right and wrong ones.
private func file(header: String, data: [UInt8] = [], declaredLength: UInt64? = nil) -> [UInt8] {
  let bytes = Array(header.utf8)
  let length = declaredLength ?? UInt64(bytes.count)
  return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) } + bytes + data
}

private func floats(_ values: [Float]) -> [UInt8] { values.flatMap { withUnsafeBytes(of: $0) { Array($0) } } }

@Suite struct SafetensorsTests {
  @Test func readsTensorsOfAllTypesAndMetadata() throws {
    let header = """
      {"__metadata__":{"labels":"a,b","note":"caf\\u00e9 \\"x\\""},
       "single":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},
       "half":{"dtype":"F16","shape":[2,2],"data_offsets":[8,16]},
       "brain":{"dtype":"BF16","shape":[1],"data_offsets":[16,18]}}
      """
    // Halves: 1, -2, 65504, smallest subnormal 2^-24.
    let halves: [UInt8] = [0x00, 0x3C, 0x00, 0xC0, 0xFF, 0x7B, 0x01, 0x00]
    let parsed = try Safetensors(
      bytes: file(header: header, data: floats([1.5, -2.25]) + halves + [0x80, 0x3F]))
    #expect(parsed.metadata == ["labels": "a,b", "note": "café \"x\""])
    #expect(try parsed.tensor("single", shape: [2]).array == [1.5, -2.25])
    #expect(try parsed.tensor("half", shape: [2, 2]).array == [1, -2, 65504, 0x1p-24])
    #expect(try parsed.tensor("brain", shape: [1]).array == [1])
  }

  /// Nobody waits for the pipe's other end.
  @Test func aNamedPipeIsRefused() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "pipe-\(UUID().uuidString)").path
    try #require(mkfifo(path, 0o600) == 0)
    defer { unlink(path) }
    let error = #expect(throws: WeightFileError.self) { try Safetensors(path: path) }
    #expect(error?.description.contains("not a regular file") == true)
  }

  @Test func everyHalfIsWidenedAsSwiftDoes() throws {
    let all = (0...UInt16.max).filter { Float(Float16(bitPattern: $0)).isFinite }
    let header = #"{"t":{"dtype":"F16","shape":[\#(all.count)],"data_offsets":[0,\#(2 * all.count)]}}"#
    let data = all.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    let values = try Safetensors(bytes: file(header: header, data: data)).tensor("t", shape: [all.count])
      .array
    #expect(zip(all, values).allSatisfy { Float(Float16(bitPattern: $0)).bitPattern == $1.bitPattern })
  }

  private static let one = #"{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#

  @Test(arguments: [
    ([], WeightFileError.truncated(what: "the header's length", expectedBytes: 8, actualBytes: 0)),
    (
      file(header: "{}", declaredLength: 900),
      .truncated(what: "the header", expectedBytes: 900, actualBytes: 2)
    ),
    (file(header: "{}", declaredLength: .max), .unacceptableHeaderLength(.max)),
    (file(header: "{}", declaredLength: 1 << 40), .unacceptableHeaderLength(1 << 40)),
    (file(header: "{\"a\":\(one),\"a\":\(one)}", data: floats([1])), .duplicate(name: "a")),
    (
      file(header: #"{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}"#, data: floats([1, 1])),
      .unsupportedType(tensor: "a", type: "I64")
    ),
    (
      file(header: "{\"a\":\(one)}", data: [1, 2]),
      .truncated(what: "tensor a", expectedBytes: 4, actualBytes: 2)
    ),
    (
      file(header: #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, data: floats([1])),
      .malformedTensor(tensor: "a", reason: "shape [2] of F32 needs 8 bytes, data_offsets are [0, 4]")
    ),
    (
      file(
        header: #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}"#,
        data: floats([1])),
      .malformedTensor(tensor: "a", reason: "shape [4611686018427387904, 4] is not possible")
    ),
    (
      file(header: "{\"a\":\(one)}", data: floats([1, 2])),
      .malformedHeader(offset: 0, reason: "4 bytes of data belong to no tensor")
    ),
    (
      file(header: #"{"a":\#(one),"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, data: floats([1])),
      .malformedTensor(tensor: "b", reason: "data_offsets start at 0, the tensor before it ends at 4")
    ),
    (file(header: "[1]"), .malformedHeader(offset: 0, reason: "\"{\" is expected")),
  ])
  func aDamagedFileIsNamedAndRefused(bytes: [UInt8], error: WeightFileError) {
    #expect(throws: error) { try Safetensors(bytes: bytes) }
  }

  @Test func wrongTensorsAreNamed() throws {
    let parsed = try Safetensors(
      bytes: file(
        header: #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, data: floats([1, .nan])))
    #expect(throws: WeightFileError.missing(tensor: "b")) { try parsed.tensor("b", shape: [2]) }
    #expect(throws: WeightFileError.wrongShape(tensor: "a", expected: [1, 2], actual: [2])) {
      try parsed.tensor("a", shape: [1, 2])
    }
    #expect(throws: WeightFileError.notFinite(tensor: "a", index: 1)) { try parsed.tensor("a", shape: [2]) }
  }

  @Test func aMissingFileSaysWhy() {
    #expect(throws: WeightFileError.unreadable(path: "/nowhere/x", reason: "No such file or directory")) {
      try Safetensors(path: "/nowhere/x")
    }
    #expect(throws: WeightFileError.self) { try Safetensors(path: "/") }
  }

  @Test func noMutationCrashesTheReader() {
    let header = #"{"__metadata__":{"k":"v"},"a":{"dtype":"F16","shape":[2,3],"data_offsets":[0,12]}}"#
    let good = file(header: header, data: [UInt8](repeating: 0x3C, count: 12))
    var generator = SplitMix64(state: 4)
    var accepted = 0
    for _ in 0..<20_000 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        switch Int.random(in: 0..<3, using: &generator) {
        case 0:
          bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: Int.random(in: 0..<bytes.count, using: &generator))
        default:
          bytes.insert(
            .random(in: 0...255, using: &generator), at: .random(in: 0...bytes.count, using: &generator))
        }
      }
      if let parsed = try? Safetensors(bytes: bytes) {
        accepted += 1
        for (name, entry) in parsed.entries { _ = try? parsed.tensor(name, shape: entry.shape) }
      }
    }
    #expect(accepted > 0 && accepted < 20_000)
  }
}

/// Sebastiano Vigna's SplitMix64: the same numbers on every run.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
