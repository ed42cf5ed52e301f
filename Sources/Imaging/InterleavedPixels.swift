import CTurboJPEG

/// Pixels of 8 bits a channel, channels side by side: what PNG files and some cameras give.
public enum InterleavedPixels {
  /// The order of the bytes of a pixel.
  public enum Order: Sendable {
    case rgb
    case bgr
    case rgbx
    case bgrx
    case grey

    /// Bytes a pixel.
    public var bytesPerPixel: Int {
      switch self {
      case .rgb, .bgr: 3
      case .rgbx, .bgrx: 4
      case .grey: 1
      }
    }

    fileprivate var turboJPEG: Int32 {
      switch self {
      case .rgb: TJPF_RGB.rawValue
      case .bgr: TJPF_BGR.rawValue
      case .rgbx: TJPF_RGBX.rawValue
      case .bgrx: TJPF_BGRX.rawValue
      case .grey: TJPF_GRAY.rawValue
      }
    }
  }

  /// Converts to planar Y'CbCr, 4:4:4 (grey stays grey) so that nothing is lost.
  ///
  /// - Parameters:
  ///   - bytes: At least `(height - 1) * bytesPerLine + width * order.bytesPerPixel` bytes.
  ///   - bytesPerLine: From one row's first byte to the next row's.
  ///   - subsampling: What the chroma planes are reduced to; `.grey` for grey pixels whatever is asked.
  /// - Throws: ``ImagingError``: an unacceptable size, too few bytes.
  public static func picture(
    from bytes: UnsafeBufferPointer<UInt8>, order: Order, width: Int, height: Int, bytesPerLine: Int,
    subsampling: ChromaSubsampling = .yuv444
  ) throws(ImagingError) -> Picture {
    try Picture.checkSize(width: width, height: height)
    let rowBytes = width * order.bytesPerPixel
    guard bytesPerLine >= rowBytes, bytesPerLine <= Int(Int32.max) else {
      throw ImagingError.tooShort(expectedBytes: rowBytes, actualBytes: bytesPerLine)
    }
    let needed = (height - 1) * bytesPerLine + rowBytes
    guard bytes.count >= needed else {
      throw ImagingError.tooShort(expectedBytes: needed, actualBytes: bytes.count)
    }
    guard let handle = tjInitCompress() else {
      throw ImagingError.undecodable(reason: "the JPEG library cannot start")
    }
    defer { tjDestroy(handle) }
    let actual = order == .grey ? ChromaSubsampling.grey : subsampling
    var picture = try Picture(uninitializedWidth: width, height: height, subsampling: actual)
    let layouts = picture.planes
    let status = picture.withMutableBytes { output in
      var planes: [UnsafeMutablePointer<UInt8>?] = layouts.map { output.baseAddress! + $0.offset }
      var strides = layouts.map { Int32($0.bytesPerLine) }
      return tjEncodeYUVPlanes(
        handle, bytes.baseAddress!, Int32(width), Int32(bytesPerLine), Int32(height), order.turboJPEG,
        &planes,
        &strides, actual.turboJPEG, 0)
    }
    guard status == 0 else {
      throw ImagingError.undecodable(reason: String(cString: tjGetErrorStr2(handle)))
    }
    return picture
  }

  /// The same for an array.
  public static func picture(
    from bytes: [UInt8], order: Order, width: Int, height: Int, bytesPerLine: Int,
    subsampling: ChromaSubsampling = .yuv444
  ) throws(ImagingError) -> Picture {
    try bytes.withUnsafeBufferPointer { buffer throws(ImagingError) in
      try picture(
        from: buffer, order: order, width: width, height: height, bytesPerLine: bytesPerLine,
        subsampling: subsampling)
    }
  }
}
