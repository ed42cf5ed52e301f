import DurableFiles
import NeuralNetwork
import Tensors

/// Writes safetensors files (layout: see ``Safetensors``). The same tensors and metadata give the same bytes.
///
/// ```swift
/// try SafetensorsWriter(precision: .float16, metadata: ["labels": "anger,disgust"])
///   .write(tensors, to: "models/vgg19.safetensors")
/// ```
public struct SafetensorsWriter: Sendable {
  /// How numbers are stored.
  public enum Precision: String, Sendable, CaseIterable {
    /// IEEE 754 binary16, rounded to the nearest, ties to even.
    case float16 = "F16"
    /// IEEE 754 binary32, as they are.
    case float32 = "F32"

    fileprivate var size: Int { self == .float16 ? 2 : 4 }
  }

  /// How the numbers of all tensors are stored.
  public let precision: Precision
  /// Text that the file carries; written in the order of the keys.
  public let metadata: [String: String]

  /// Describes how files are to be written.
  public init(precision: Precision = .float32, metadata: [String: String] = [:]) {
    self.precision = precision
    self.metadata = metadata
  }

  /// Writes a file that appears complete or not at all.
  ///
  /// - Parameters:
  ///   - tensors: In the order in which their data shall stand in the file.
  ///   - path: A file of that name is replaced.
  /// - Throws: ``WeightExportError``; then nothing is written, and a file that was there stays.
  public func write(_ tensors: [NamedTensor], to path: String) throws(WeightExportError) {
    let header = try header(for: tensors)
    var file = try Self.open(path)
    do { try file.write(header) } catch { throw .file(error) }
    for tensor in tensors {
      try emit(tensor) { (bytes) throws(WeightExportError) in
        do throws(FileWriteError) { try file.write(bytes) } catch { throw .file(error) }
      }
    }
    do { try file.commit() } catch { throw .file(error) }
  }

  private static func open(_ path: String) throws(WeightExportError) -> AtomicFile {
    do { return try AtomicFile(path: path) } catch { throw .file(error) }
  }

  /// The bytes of a whole file, as ``Safetensors/init(bytes:)`` takes them.
  ///
  /// - Throws: ``WeightExportError``.
  public func bytes(_ tensors: [NamedTensor]) throws(WeightExportError) -> [UInt8] {
    var result = try header(for: tensors)
    for tensor in tensors { try emit(tensor) { (bytes) throws(WeightExportError) in result += bytes } }
    return result
  }

  /// The length and the JSON object, padded with spaces so that the data begin at a multiple of eight.
  private func header(for tensors: [NamedTensor]) throws(WeightExportError) -> [UInt8] {
    var names: Set<String> = []
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map {
        "\(Self.quoted($0.key)):\(Self.quoted($0.value))"
      }
      members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var end = 0
    for tensor in tensors {
      guard !tensor.name.isEmpty, tensor.name != "__metadata__" else { throw .unusableName(tensor.name) }
      guard names.insert(tensor.name).inserted else { throw .duplicate(tensor: tensor.name) }
      guard tensor.values.count > 0 else { throw .emptyTensor(tensor: tensor.name, shape: tensor.shape) }
      let start = end
      end += tensor.values.count * precision.size
      members.append(
        "\(Self.quoted(tensor.name)):{\"dtype\":\"\(precision.rawValue)\",\"shape\":["
          + tensor.shape.map(String.init).joined(separator: ",") + "],\"data_offsets\":[\(start),\(end)]}")
    }
    var text = Array("{\(members.joined(separator: ","))}".utf8)
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    guard text.count <= Safetensors.maximumHeaderBytes else {
      throw .tooLarge(bytes: text.count, limit: Safetensors.maximumHeaderBytes)
    }
    let total = 8 + text.count + end
    guard total <= Safetensors.maximumFileBytes else {
      throw .tooLarge(bytes: total, limit: Safetensors.maximumFileBytes)
    }
    return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
  }

  /// Hands over a tensor's bytes, a megabyte at a time.
  private func emit(
    _ tensor: NamedTensor, to write: (UnsafeRawBufferPointer) throws(WeightExportError) -> Void
  ) throws(WeightExportError) {
    let values = UnsafeBufferPointer(start: tensor.values.base, count: tensor.values.count)
    defer { withExtendedLifetime(tensor) {} }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(tensor: tensor.name, index: index)
    }
    switch precision {
    case .float32:
      // The format is little endian, as is every machine that this project runs on.
      try write(UnsafeRawBufferPointer(values))
    case .float16:
      let step = 1 << 19
      for start in stride(from: 0, to: values.count, by: step) {
        var halves: [UInt16] = []
        halves.reserveCapacity(min(step, values.count - start))
        for index in start..<min(start + step, values.count) {
          let half = Self.halfPrecision(values[index])
          guard half & 0x7FFF < 0x7C00 else {
            throw .tooLargeForHalfPrecision(tensor: tensor.name, index: index, value: values[index])
          }
          halves.append(half)
        }
        let result = halves.withUnsafeBytes { buffer -> Result<Void, WeightExportError> in
          do throws(WeightExportError) { return .success(try write(buffer)) } catch { return .failure(error) }
        }
        try result.get()
      }
    }
  }

  /// The nearest number of half precision, ties to even; infinity where it is too large. In whole numbers, because
  /// Swift has no `Float16` on every machine.
  static func halfPrecision(_ value: Float) -> UInt16 {
    let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16) & 0x8000
    let magnitude = value.bitPattern & 0x7FFF_FFFF
    if magnitude >= 0x4780_0000 { return sign | 0x7C00 }  // 65536 and above
    guard magnitude >= 0x3880_0000 else {  // below 2^-14 half precision is subnormal, in steps of 2^-24
      return sign | UInt16((value.magnitude * 0x1p24).rounded(.toNearestOrEven))
    }
    // The exponent's bias is 15 instead of 127; 13 bits of the fraction are rounded away, a carry may go up into
    // the exponent and from 65520 on into infinity.
    let rebiased = magnitude - (112 << 23)
    return sign | UInt16((rebiased + 0x0FFF + (rebiased >> 13 & 1)) >> 13)
  }

  /// A JSON string (RFC 8259, section 7).
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
