import CTurboJPEG

/// Turns pictures into baseline JPEG. Not thread safe: each thread has an encoder of its own.
public final class JPEGEncoder {
  private let handle: tjhandle
  /// Kept between calls and given to the library at its largest possible size, so that it never
  /// reallocates.
  private var scratch: [UInt8] = []

  /// - Throws: ``ImagingError/unencodable(reason:)`` where the library has no memory for an encoder.
  public init() throws(ImagingError) {
    guard let handle = tjInitCompress() else {
      throw ImagingError.unencodable(reason: "the JPEG library cannot start")
    }
    self.handle = handle
  }

  deinit { tjDestroy(handle) }

  /// Encodes a picture with its own chroma subsampling.
  ///
  /// - Parameters:
  ///   - picture: What is encoded.
  ///   - quality: 1 (small) to 100 (best), the Independent JPEG Group's scale.
  /// - Returns: A complete JPEG file without EXIF data.
  /// - Throws: ``ImagingError/unencodable(reason:)`` with the library's words.
  public func encode(_ picture: Picture, quality: Int) throws(ImagingError) -> [UInt8] {
    precondition((1...100).contains(quality))
    let picture = Self.completed(picture)
    let sampling = picture.subsampling.turboJPEG
    let capacity = Int(tjBufSize(Int32(picture.width), Int32(picture.height), sampling))
    if scratch.count < capacity { scratch = [UInt8](repeating: 0, count: capacity) }
    var size = UInt(scratch.count)
    let status = picture.withBytes { bytes in
      scratch.withUnsafeMutableBufferPointer { output in
        var planes: [UnsafePointer<UInt8>?] = picture.planes.map { bytes.baseAddress! + $0.offset }
        let strides = picture.planes.map { Int32($0.bytesPerLine) }
        var destination: UnsafeMutablePointer<UInt8>? = output.baseAddress
        return tjCompressFromYUVPlanes(
          handle, &planes, Int32(picture.width), strides, Int32(picture.height), sampling, &destination,
          &size,
          Int32(quality), Int32(TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT))
      }
    }
    guard status == 0 else {
      throw ImagingError.unencodable(reason: String(cString: tjGetErrorStr2(handle)))
    }
    return Array(scratch[..<Int(size)])
  }

  /// With the last column and line repeated where the library takes whole chroma samples' worth of luma: else it would
  /// encode whatever stands behind them. Sides that are multiples, nearly all, cost no copy.
  private static func completed(_ picture: Picture) -> Picture {
    let factors = picture.subsampling.factors
    func missing(_ side: Int, _ factor: Int) -> Int { (factor - side % factor) % factor }
    let (columns, lines) = (
      missing(picture.width, factors.horizontal), missing(picture.height, factors.vertical)
    )
    guard columns + lines > 0 else { return picture }
    var picture = picture
    let luma = picture.planes[0]
    picture.withMutableBytes { bytes in
      let plane = bytes.baseAddress! + luma.offset
      for line in 0..<luma.height {
        let end = plane + line * luma.bytesPerLine + luma.width
        end.update(repeating: end[-1], count: columns)
      }
      let last = plane + (luma.height - 1) * luma.bytesPerLine
      for line in 0..<lines {
        (last + (line + 1) * luma.bytesPerLine).update(from: last, count: luma.width + columns)
      }
    }
    return picture
  }
}
