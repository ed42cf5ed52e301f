/// Picture files as people have them: JPEG and PNG, told apart by their first bytes whatever they are called,
/// and turned upright where the camera noted how it was held.
///
///     let picture = try PictureFile.read("photo.jpg")
public enum PictureFile {
  /// The largest file that is read, in bytes: a hundred megapixels without compression.
  public static let maximumBytes = 256 << 20

  /// What a picture file's name ends in, lower case, without the dot.
  public static let nameExtensions: Set<String> = ["jpg", "jpeg", "png"]

  /// Whether these are the first bytes of a JPEG or PNG file; eight of them are enough.
  public static func isPicture(beginning bytes: some Collection<UInt8>) -> Bool {
    bytes.starts(with: JPEGMarkers.fileBeginning) || bytes.starts(with: PNGDecoder.signature)
  }

  /// Reads and decodes a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - tolerant: Whether a damaged JPEG, as one that ends too early, is shown as far as it goes. For people; whoever
  ///     learns from pictures wants whole ones.
  /// - Throws: ``PictureFileError``.
  public static func read(_ path: String, tolerant: Bool = true) throws(PictureFileError) -> Picture {
    let bytes = try FileContent.read(path, maximumBytes: maximumBytes)
    do { return try decode(bytes, tolerant: tolerant) } catch { throw .notAPicture(path: path, error) }
  }

  /// Decodes a file's bytes; see ``read(_:tolerant:)``.
  ///
  /// - Throws: ``ImagingError``.
  public static func decode(_ bytes: [UInt8], tolerant: Bool = true) throws(ImagingError) -> Picture {
    if bytes.isEmpty { throw .empty }
    if bytes.starts(with: JPEGMarkers.fileBeginning) {
      let picture = try JPEGDecoder().decode(bytes, accepting: tolerant ? .damaged : .whole)
      return try picture.oriented(EXIFOrientation(ofJPEG: bytes))
    }
    if bytes.starts(with: PNGDecoder.signature) { return try PNGDecoder.decode(bytes) }
    throw .unknownFormat
  }
}

extension JPEGMarkers {
  /// A start of image, and the marker byte of whatever follows it.
  static let fileBeginning: [UInt8] = [0xFF, 0xD8, 0xFF]
}
