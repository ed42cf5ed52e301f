import CTurboJPEG

/// Turns JPEG bytes into pictures. Not thread safe: each thread has a decoder of its own.
///
/// A JPEG without Huffman tables, as many webcams send, gets the standard ones (ITU-T T.81 annex K.3).
public final class JPEGDecoder {
  /// What may be wrong with a JPEG whose picture is taken all the same.
  public enum Acceptance: Sendable {
    /// Nothing.
    case whole
    /// Bytes too many before a restart or end marker, as some webcams send them: the picture is the same. Not for a
    /// JPEG whose end is missing: the library tells only the first thing that is wrong.
    case padded
    /// Whatever the library warns of; a truncated one has its rest in grey.
    case damaged
  }

  /// Whether something was wrong with the JPEG that was decoded last, though its picture was taken.
  public private(set) var hasAcceptedFault = false

  private var handle: tjhandle
  /// A small file of thousands of scans would keep a processor busy for minutes: 500 are the library's limit.
  private static let flags = Int32(TJFLAG_LIMITSCANS)

  /// - Throws: ``ImagingError/undecodable(reason:)`` where the library has no memory for a decoder.
  public init() throws(ImagingError) {
    guard let handle = tjInitDecompress() else {
      throw ImagingError.undecodable(reason: "the JPEG library cannot start")
    }
    self.handle = handle
  }

  deinit { tjDestroy(handle) }

  /// Decodes a whole JPEG.
  ///
  /// - Parameters:
  ///   - bytes: One JPEG; what follows its end marker is ignored.
  ///   - acceptance: What may be wrong with it. A camera's damaged frame is better dropped, a person's file shown.
  /// - Returns: A picture with the JPEG's own chroma subsampling.
  /// - Throws: ``ImagingError``: empty, undecodable, or of an unacceptable size.
  public func decode(
    _ bytes: UnsafeBufferPointer<UInt8>, accepting acceptance: Acceptance = .whole
  ) throws(ImagingError) -> Picture {
    hasAcceptedFault = false
    guard let base = bytes.baseAddress, !bytes.isEmpty else { throw ImagingError.empty }
    guard bytes.count >= 4, bytes[0] == 0xFF, bytes[1] == 0xD8 else {
      throw ImagingError.undecodable(reason: "no JPEG start marker")
    }
    do throws(ImagingError) {
      return try decodeWithTables(bytes, base, accepting: acceptance)
    } catch {
      // After an error in the header the library's object keeps failing, with the first error's words: one bad
      // frame would end a camera's stream.
      if let fresh = tjInitDecompress() {
        tjDestroy(handle)
        handle = fresh
      }
      throw error
    }
  }

  private func decodeWithTables(
    _ bytes: UnsafeBufferPointer<UInt8>, _ base: UnsafePointer<UInt8>, accepting acceptance: Acceptance
  ) throws(ImagingError) -> Picture {
    if let patched = JPEGMarkers.insertingHuffmanTables(into: bytes) {
      var picture: Result<Picture, ImagingError> = .failure(.empty)
      patched.withUnsafeBufferPointer { buffer in
        do throws(ImagingError) {
          picture = .success(
            try decodeComplete(buffer.baseAddress!, count: buffer.count, accepting: acceptance))
        } catch { picture = .failure(error) }
      }
      return try picture.get()
    }
    return try decodeComplete(base, count: bytes.count, accepting: acceptance)
  }

  /// Decodes a whole JPEG held in an array; see ``decode(_:accepting:)-(UnsafeBufferPointer<UInt8>,_)``.
  public func decode(_ bytes: [UInt8], accepting acceptance: Acceptance = .whole) throws(ImagingError)
    -> Picture
  {
    var picture: Result<Picture, ImagingError> = .failure(.empty)
    bytes.withUnsafeBufferPointer { buffer in
      do throws(ImagingError) { picture = .success(try decode(buffer, accepting: acceptance)) } catch {
        picture = .failure(error)
      }
    }
    return try picture.get()
  }

  private func decodeComplete(
    _ base: UnsafePointer<UInt8>, count: Int, accepting acceptance: Acceptance
  ) throws(ImagingError) -> Picture {
    var width: Int32 = 0
    var height: Int32 = 0
    var sampling: Int32 = 0
    var colorspace: Int32 = 0
    guard
      tjDecompressHeader3(handle, base, UInt(count), &width, &height, &sampling, &colorspace) == 0
        || (isWarning && width > 0 && height > 0)
    else { throw failure() }
    try Picture.checkSize(width: Int(width), height: Int(height))
    if colorspace != TJCS_YCbCr.rawValue && colorspace != TJCS_GRAY.rawValue {
      return try decodeThroughRGB(
        base, count: count, width: Int(width), height: Int(height), colorspace: colorspace,
        accepting: acceptance
      )
    }
    guard let subsampling = ChromaSubsampling(turboJPEG: sampling) else {
      throw ImagingError.undecodable(reason: "chroma subsampling that the JPEG library does not know")
    }
    var picture = try Picture(
      uninitializedWidth: Int(width), height: Int(height), subsampling: subsampling)
    let layouts = picture.planes
    let status = picture.withMutableBytes { bytes in
      var planes: [UnsafeMutablePointer<UInt8>?] = layouts.map { bytes.baseAddress! + $0.offset }
      var strides = layouts.map { Int32($0.bytesPerLine) }
      return tjDecompressToYUVPlanes(
        handle, base, UInt(count), &planes, width, &strides, height, Self.flags | Int32(TJFLAG_ACCURATEDCT))
    }
    try check(status, accepting: acceptance)
    return picture
  }

  /// RGB, CMYK and YCCK files: rare, so a detour over interleaved pixels is good enough.
  private func decodeThroughRGB(
    _ base: UnsafePointer<UInt8>, count: Int, width: Int, height: Int, colorspace: Int32,
    accepting acceptance: Acceptance
  ) throws(ImagingError) -> Picture {
    let isCMYK = colorspace == TJCS_CMYK.rawValue || colorspace == TJCS_YCCK.rawValue
    let bytesPerPixel = isCMYK ? 4 : 3
    var pixels = [UInt8](repeating: 0, count: width * height * bytesPerPixel)
    let status = pixels.withUnsafeMutableBufferPointer { buffer in
      tjDecompress2(
        handle, base, UInt(count), buffer.baseAddress, Int32(width), Int32(width * bytesPerPixel),
        Int32(height),
        isCMYK ? TJPF_CMYK.rawValue : TJPF_RGB.rawValue, Self.flags)
    }
    try check(status, accepting: acceptance)
    if isCMYK {
      // Adobe stores inverted inks, which is what the library hands out: light is already a product.
      for pixel in 0..<width * height {
        let key = Int(pixels[4 * pixel + 3])
        for channel in 0..<3 {
          pixels[3 * pixel + channel] = UInt8(Int(pixels[4 * pixel + channel]) * key / 255)
        }
      }
    }
    return try InterleavedPixels.picture(
      from: pixels, order: .rgb, width: width, height: height, bytesPerLine: width * 3)
  }

  private var isWarning: Bool { tjGetErrorCode(handle) == TJERR_WARNING.rawValue }

  private func failure() -> ImagingError {
    .undecodable(reason: String(cString: tjGetErrorStr2(handle)))
  }

  /// Refuses what a call failed at, or warned of beyond what is accepted.
  private func check(_ status: Int32, accepting acceptance: Acceptance) throws(ImagingError) {
    guard status != 0 else { return }
    // Asked for once: the library may have other words the next time.
    let reason = String(cString: tjGetErrorStr2(handle))
    let isAccepted =
      switch acceptance {
      case .whole: false
      case .padded: isWarning && Self.isPadding(reason)
      case .damaged: isWarning
      }
    guard isAccepted else { throw .undecodable(reason: reason) }
    hasAcceptedFault = true
  }

  /// Whether libjpeg's words (JWRN_EXTRANEOUS_DATA) are about a restart marker, D0 to D7, or the end, D9. TurboJPEG has
  /// no other way to tell one warning from another.
  private static func isPadding(_ warning: String) -> Bool {
    warning.contains(/extraneous bytes before marker 0xd[0-79]/)
  }
}

extension ChromaSubsampling {
  init?(turboJPEG sampling: Int32) {
    switch TJSAMP(UInt32(bitPattern: sampling)) {
    case TJSAMP_GRAY: self = .grey
    case TJSAMP_420: self = .yuv420
    case TJSAMP_422: self = .yuv422
    case TJSAMP_444: self = .yuv444
    case TJSAMP_440: self = .yuv440
    case TJSAMP_411: self = .yuv411
    default: return nil
    }
  }

  var turboJPEG: Int32 {
    let sampling =
      switch self {
      case .grey: TJSAMP_GRAY
      case .yuv420: TJSAMP_420
      case .yuv422: TJSAMP_422
      case .yuv444: TJSAMP_444
      case .yuv440: TJSAMP_440
      case .yuv411: TJSAMP_411
      }
    return Int32(bitPattern: sampling.rawValue)
  }
}
