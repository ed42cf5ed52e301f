/// The cyclic redundancy check of the Castagnoli polynomial, by which TensorFlow's record files protect themselves
/// (G. Castagnoli and others, "Optimization of Cyclic Redundancy-Check Codes with 24 and 32 Parity Bits", IEEE
/// Transactions on Communications 41, 1993; the same as in RFC 3720, appendix B.4).
public enum CRC32C {
  /// The polynomial 0x1EDC6F41, lowest bit first.
  private static let polynomial: UInt32 = 0x82F6_3B78
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { remainder, _ in
      remainder & 1 == 1 ? remainder >> 1 ^ polynomial : remainder >> 1
    }
  }

  /// The check of some bytes.
  public static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(~0) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
  }

  /// The check as record files store it: turned and shifted, because a check over data that contain their own check
  /// tells nothing (`crc32c::Mask` of TensorFlow).
  public static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let check = checksum(bytes)
    return (check >> 15 | check << 17) &+ 0xA282_EAD8
  }
}
