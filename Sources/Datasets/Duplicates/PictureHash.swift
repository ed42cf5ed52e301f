/// A 64-bit number that equal pictures share: each word of eight pixels is mixed in by a multiplication and a shift
/// (the finaliser of D. Stafford's "Better Bit Mixing", 2011, variant 13, as in SplitMix64). Not for hostile
/// collisions: who uses it compares the pixels too.
enum PictureHash {
  static func hash(_ picture: UnsafePointer<UInt8>) -> UInt64 {
    let bytes = UnsafeRawPointer(picture)
    var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
    for offset in stride(from: 0, to: FacePictures.pixelsPerPicture, by: 8) {
      hash = mixed(hash ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    return hash
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var mixed = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
