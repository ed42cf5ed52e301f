import CPNG

/// Turns PNG bytes (ISO/IEC 15948) into pictures: every colour type and depth, interlaced or not. What is
/// transparent is put on white.
public enum PNGDecoder {
  /// The eight bytes that every PNG begins with.
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// Decodes a whole PNG.
  ///
  /// - Parameter bytes: One PNG; what follows its end is ignored.
  /// - Returns: A grey picture for grey pixels, else one with chroma of full size.
  /// - Throws: ``ImagingError``: empty, undecodable (truncated ones are), of an unacceptable size.
  public static func decode(_ bytes: UnsafeBufferPointer<UInt8>) throws(ImagingError) -> Picture {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { throw ImagingError.empty }
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    guard png_image_begin_read_from_memory(&image, base, bytes.count) != 0 else { throw failure(&image) }
    let width = Int(image.width)
    let height = Int(image.height)
    try Picture.checkSize(width: width, height: height)
    let isGrey = image.format & PNG_FORMAT_FLAG_COLOR == 0
    // Without this, 16 bits a sample would be taken for linear light.
    image.flags |= png_uint_32(PNG_IMAGE_FLAG_16BIT_sRGB)
    image.format = isGrey ? png_uint_32(PNG_FORMAT_GRAY) : png_uint_32(PNG_FORMAT_RGB)
    var white = png_color(red: 255, green: 255, blue: 255)
    if isGrey {
      var picture = try Picture(uninitializedWidth: width, height: height, subsampling: .grey)
      let bytesPerLine = Int32(picture.planes[0].bytesPerLine)
      let isComplete = picture.withMutableBytes { output in
        png_image_finish_read(&image, &white, output.baseAddress, bytesPerLine, nil)
      }
      guard isComplete != 0 else { throw failure(&image) }
      return picture
    }
    var pixels = [UInt8](repeating: 0, count: width * height * 3)
    guard png_image_finish_read(&image, &white, &pixels, Int32(width * 3), nil) != 0 else {
      throw failure(&image)
    }
    return try InterleavedPixels.picture(
      from: pixels, order: .rgb, width: width, height: height, bytesPerLine: width * 3)
  }

  /// The same for an array.
  public static func decode(_ bytes: [UInt8]) throws(ImagingError) -> Picture {
    try bytes.withUnsafeBufferPointer { buffer throws(ImagingError) in try decode(buffer) }
  }

  private static func failure(_ image: inout png_image) -> ImagingError {
    .undecodable(reason: image.reason)
  }
}

extension png_image {
  /// The library's words for what went wrong.
  var reason: String {
    withUnsafeBytes(of: message) { text in
      String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
