import Glibc

/// Where an HDF5 file keeps texts of variable length: collections of objects with indices, each of which says how long
/// it is (HDF5 File Format Specification 3.0, III.E).
final class HDF5GlobalHeap {
  /// Where a text stands.
  struct Reference: Hashable {
    /// Bytes of the text.
    let length: Int
    /// Where the collection begins in the file.
    let address: Int
    let index: UInt32

    /// Sixteen bytes: length, address, index, little endian.
    init(_ bytes: ArraySlice<UInt8>) {
      length = Int(littleEndian(bytes, at: 0, count: 4))
      address = Int(clamping: littleEndian(bytes, at: 4, count: 8))
      index = UInt32(littleEndian(bytes, at: 12, count: 4))
    }
  }

  private typealias Collection = [UInt32: ArraySlice<UInt8>]

  private static let headerBytes = 16
  private let descriptor: Int32
  private var collections: [Int: Collection] = [:]
  /// What is still read: collections may be given at any place, also over each other.
  private var remainingBytes: Int

  /// - Parameters:
  ///   - descriptor: The file, open for reading as long as the heap is used.
  ///   - limit: Bytes that are read at most.
  init(descriptor: Int32, limit: Int) {
    self.descriptor = descriptor
    remainingBytes = limit
  }

  /// The bytes that a reference leads to.
  func bytes(of reference: Reference, limit: Int) throws(KerasFileError.Reason) -> ArraySlice<UInt8> {
    guard reference.length > 0 else { return [] }
    guard reference.length <= limit else {
      throw .tooLarge(what: "bytes of text", amount: reference.length, limit: limit)
    }
    if collections[reference.address] == nil {
      collections[reference.address] = try collection(at: reference.address)
    }
    guard let object = collections[reference.address]?[reference.index], object.count >= reference.length
    else {
      throw .damaged(reading: "a text")
    }
    return object.prefix(reference.length)
  }

  private func collection(at address: Int) throws(KerasFileError.Reason) -> Collection {
    let header = try read(Self.headerBytes, at: address)
    guard header.prefix(5).elementsEqual(Array("GCOL".utf8) + [1]) else {
      throw .damaged(reading: "a heap of texts")
    }
    let bytes = try read(Int(clamping: littleEndian(header[...], at: 8, count: 8)), at: address)
    var objects: Collection = [:]
    var offset = Self.headerBytes
    while bytes.count - offset >= Self.headerBytes {
      let index = UInt32(littleEndian(bytes[...], at: offset, count: 2))
      let size = Int(clamping: littleEndian(bytes[...], at: offset + 8, count: 8))
      // Index 0 is the free space at the end.
      if index == 0 { break }
      let start = offset + Self.headerBytes
      guard size <= bytes.count - start, objects[index] == nil else {
        throw .damaged(reading: "a heap of texts")
      }
      objects[index] = bytes[start..<start + size]
      offset = min(start + (size + 7) / 8 * 8, bytes.count)
    }
    return objects
  }

  private func read(_ count: Int, at address: Int) throws(KerasFileError.Reason) -> [UInt8] {
    guard count >= Self.headerBytes, count <= remainingBytes else {
      throw .tooLarge(what: "bytes of text", amount: count, limit: remainingBytes)
    }
    remainingBytes -= count
    var bytes = [UInt8](repeating: 0, count: count)
    guard pread(descriptor, &bytes, count, address) == count else {
      throw .damaged(reading: "a heap of texts")
    }
    return bytes
  }
}

/// A number in some bytes, counted from the first.
func littleEndian(_ bytes: ArraySlice<UInt8>, at offset: Int, count: Int) -> UInt64 {
  (0..<count).reduce(0) { $0 | UInt64(bytes[bytes.startIndex + offset + $1]) << (8 * UInt64($1)) }
}
