/// What can be wrong with a picture that came from outside.
public enum ImagingError: Error, Equatable, Sendable {
  /// No bytes at all.
  case empty
  /// Neither JPEG nor PNG by its first bytes.
  case unknownFormat
  /// The JPEG or PNG library's own words.
  case undecodable(reason: String)
  /// A width or height that is zero, negative or beyond ``Picture/maximumSide`` and
  /// ``Picture/maximumPixels``.
  case unacceptableSize(width: Int, height: Int)
  /// Fewer bytes than the format needs for its size.
  case tooShort(expectedBytes: Int, actualBytes: Int)
  /// The encoder's own words.
  case unencodable(reason: String)
}

extension ImagingError: CustomStringConvertible {
  /// What is wrong, in words that follow a file name and a colon.
  public var description: String {
    switch self {
    case .empty: "the file is empty"
    case .unknownFormat: "neither JPEG nor PNG"
    case .undecodable(let reason): "cannot be decoded: \(reason)"
    case .unacceptableSize(let width, let height):
      "size \(width)x\(height) is not accepted (each side 1 to \(Picture.maximumSide), at most "
        + "\(Picture.maximumPixels / 1_000_000) megapixels)"
    case .tooShort(let expected, let actual): "\(actual) bytes where \(expected) are needed"
    case .unencodable(let reason): "cannot be encoded: \(reason)"
    }
  }
}
