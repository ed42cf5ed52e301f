import Datasets

/// A short text that differs for different data sets: a run goes on only with the pictures that it began with.
public enum DataFingerprint {
  /// The number of pictures, and FNV-1a (G. Fowler, L. Noll, K.-P. Vo) over pixels, labels and parts, eight bytes of
  /// pixels at a time.
  public static func text(of pictures: FacePictures) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ value: UInt64) { hash = (hash ^ value) &* 0x0000_0100_0000_01B3 }
    pictures.pixels.withUnsafeBytes { bytes in
      let words = bytes.count / 8
      for word in 0..<words {
        add(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self)))
      }
      for place in words * 8..<bytes.count { add(UInt64(bytes[place])) }
    }
    for (label, usage) in zip(pictures.labels, pictures.usage) {
      add(UInt64(label.rawValue))
      add(UInt64(usage.rawValue))
    }
    let digits = String(hash, radix: 16)
    return "\(pictures.count) pictures, " + String(repeating: "0", count: 16 - digits.count) + digits
  }
}
