import CPNG
import CTurboJPEG

/// Turns pictures into PNG, without loss but for the conversion to RGB.
public enum PNGEncoder {
  /// Encodes a picture: grey ones with one channel, others with three, 8 bits each, sRGB.
  ///
  /// - Throws: ``ImagingError/unencodable(reason:)`` with the library's words.
  public static func encode(_ picture: Picture) throws(ImagingError) -> [UInt8] {
    if picture.subsampling == .grey {
      let plane = picture.planes[0]
      let encoded = picture.withBytes { bytes in
        Result { () throws(ImagingError) in
          try encode(
            bytes.baseAddress, width: picture.width, height: picture.height, bytesPerLine: plane.bytesPerLine,
            format: png_uint_32(PNG_FORMAT_GRAY))
        }
      }
      return try encoded.get()
    }
    let pixels = try rgb(picture)
    return try pixels.withUnsafeBufferPointer { buffer throws(ImagingError) in
      try encode(
        buffer.baseAddress, width: picture.width, height: picture.height, bytesPerLine: picture.width * 3,
        format: png_uint_32(PNG_FORMAT_RGB))
    }
  }

  private static func encode(
    _ pixels: UnsafePointer<UInt8>?, width: Int, height: Int, bytesPerLine: Int, format: png_uint_32
  ) throws(ImagingError) -> [UInt8] {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    image.width = png_uint_32(width)
    image.height = png_uint_32(height)
    image.format = format
    defer { png_image_free(&image) }
    // The library says how much it needs where this does not do; deflate hardly ever makes pixels longer.
    var capacity = height * (width * (format == PNG_FORMAT_GRAY ? 1 : 3) + 1) + 4096
    for _ in 0..<2 {
      var encoded = [UInt8](repeating: 0, count: capacity)
      var size = png_alloc_size_t(capacity)
      if png_image_write_to_memory(&image, &encoded, &size, 0, pixels, Int32(bytesPerLine), nil) != 0 {
        encoded.removeLast(capacity - Int(size))
        return encoded
      }
      guard size > capacity else { break }
      capacity = Int(size)
    }
    throw ImagingError.unencodable(reason: image.reason)
  }

  private static func rgb(_ picture: Picture) throws(ImagingError) -> [UInt8] {
    guard let handle = tjInitDecompress() else {
      throw ImagingError.unencodable(reason: "the JPEG library cannot start")
    }
    defer { tjDestroy(handle) }
    var pixels = [UInt8](repeating: 0, count: picture.width * picture.height * 3)
    let status = picture.withBytes { bytes in
      var planes: [UnsafePointer<UInt8>?] = picture.planes.map { layout in
        bytes.baseAddress.map { $0 + layout.offset }
      }
      let strides = picture.planes.map { Int32($0.bytesPerLine) }
      return tjDecodeYUVPlanes(
        handle, &planes, strides, picture.subsampling.turboJPEG, &pixels, Int32(picture.width),
        Int32(picture.width * 3), Int32(picture.height), TJPF_RGB.rawValue, 0)
    }
    guard status == 0 else {
      throw ImagingError.unencodable(reason: String(cString: tjGetErrorStr2(handle)))
    }
    return pixels
  }
}
