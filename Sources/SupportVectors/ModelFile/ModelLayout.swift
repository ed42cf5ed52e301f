/// The layout of a model file. All numbers are little endian, as memory is on every machine that this runs on.
///
///     bytes            what
///     8                signature
///     4                version, 1
///     4                flags; bit 0: the ranges of a scaler are in the file
///     4, 4, 8          classes c, features f, support vectors s
///     8                bytes of metadata m
///     8                gamma
///     m                metadata: for each entry length and UTF-8 text of the key, then of the value; lengths 4 bytes
///     8 c              labels, ascending
///     8 c              support vectors of each class
///     8 s              the support vectors' rows in the training samples
///     8 p              intercepts of the p = c (c - 1) / 2 pairs
///     8 (c - 1) s      dual coefficients, row-major [c - 1, s]
///     4 f              the centre
///     8 f, 8 f         minima and maxima of the scaler, where there is one
///     4 s f            support vectors less the centre, row-major [s, f]
///     4                CRC-32 of everything before
struct ModelLayout: Equatable {
  var classCount: Int
  var featureCount: Int
  var supportCount: Int
  var metadataBytes: Int
  var hasScaler: Bool

  /// A byte that is no text, the name, and line ends that a transfer as text would change, as in PNG's signature.
  static let signature: [UInt8] = [0x89, 0x53, 0x56, 0x4D, 0x0D, 0x0A, 0x1A, 0x0A]
  static let version: UInt32 = 1
  static let scalerFlag: UInt32 = 1
  static let headerBytes = 48
  static let maximumMetadataBytes = 1 << 20
  static let maximumFeatures = 1 << 24

  /// The file's length, or nil where it is beyond all numbers.
  var byteCount: Int? {
    let pairs = ClassPairs.count(classes: classCount)
    let doubles = [
      (2, classCount), (1, supportCount), (1, pairs), (classCount - 1, supportCount),
      (hasScaler ? 2 : 0, featureCount),
    ]
    let floats = [(1, featureCount), (supportCount, featureCount)]
    var total = Self.headerBytes + metadataBytes + MemoryLayout<UInt32>.size
    for (size, counts) in [(8, doubles), (4, floats)] {
      for (first, second) in counts {
        let (count, overflow) = first.multipliedReportingOverflow(by: second)
        let (bytes, overflowOfBytes) = count.multipliedReportingOverflow(by: size)
        let (sum, overflowOfSum) = total.addingReportingOverflow(bytes)
        guard !overflow, !overflowOfBytes, !overflowOfSum else { return nil }
        total = sum
      }
    }
    return total
  }
}
