/// How the pixels of an uncompressed frame lie in memory: 8 bits a sample, rows from top to bottom.
///
/// Planes follow each other without a gap, as V4L2's single-planar formats and raw video have them. A frame's
/// lines may be longer than its pixels; `bytesPerLine` is always that of the first plane.
public enum RawPixelFormat: Sendable, Equatable, CaseIterable {
  /// Packed 4:2:2: Y0 Cb Y1 Cr.
  case yuyv
  /// Packed 4:2:2: Cb Y0 Cr Y1.
  case uyvy
  /// A luma plane, then a plane of pairs Cb Cr for 2x2 pixels each.
  case nv12
  /// Planes of luma, Cb and Cr, chroma for 2x2 pixels each.
  case yuv420
  /// The same with Cr before Cb.
  case yvu420
  /// Luma alone.
  case grey
  /// Bytes red, green, blue.
  case rgb24
  /// Bytes blue, green, red.
  case bgr24

  /// The least bytes from one row of the first plane to the next.
  public func minimumBytesPerLine(width: Int) -> Int {
    switch self {
    case .yuyv, .uyvy: (width + 1) / 2 * 4
    case .nv12, .yuv420, .yvu420, .grey: width
    case .rgb24, .bgr24: width * 3
    }
  }

  /// The bytes that a frame must have: to the end of its last row's pixels, padding behind them not counted.
  ///
  /// - Parameters:
  ///   - width: In pixels, at least 1.
  ///   - height: In pixels, at least 1.
  ///   - bytesPerLine: From one row's first byte to the next row's; nil for rows without padding.
  /// - Throws: ``ImagingError/unacceptableSize(width:height:)``; ``ImagingError/tooShort(expectedBytes:actualBytes:)``
  ///   where the lines are shorter than their pixels, or so long that no frame could be right.
  public func byteCount(width: Int, height: Int, bytesPerLine: Int? = nil) throws(ImagingError) -> Int {
    let layout = try layout(width: width, height: height, bytesPerLine: bytesPerLine)
    return layout.byteCount
  }

  /// One plane of a frame: where its samples are. `rowBytes` is what is read of a row.
  struct Plane: Equatable {
    var offset: Int
    var bytesPerLine: Int
    var rowBytes: Int
    var rows: Int

    /// One past the last byte that is read.
    var end: Int { offset + (rows - 1) * bytesPerLine + rowBytes }
  }

  /// Where the planes of a frame are, in the order of memory.
  struct Layout: Equatable {
    var planes: [Plane]
    var byteCount: Int { planes.last?.end ?? 0 }
  }

  /// The places of all planes; see ``byteCount(width:height:bytesPerLine:)`` for parameters and errors.
  func layout(width: Int, height: Int, bytesPerLine: Int?) throws(ImagingError) -> Layout {
    try Picture.checkSize(width: width, height: height)
    let rowBytes = minimumBytesPerLine(width: width)
    let stride = bytesPerLine ?? rowBytes
    // The upper bound keeps every product below far from overflow.
    guard stride >= rowBytes, stride <= 16 * Picture.maximumSide else {
      throw ImagingError.tooShort(expectedBytes: rowBytes, actualBytes: stride)
    }
    var planes = [Plane(offset: 0, bytesPerLine: stride, rowBytes: rowBytes, rows: height)]
    let chromaWidth = (width + 1) / 2
    let chromaRows = (height + 1) / 2
    switch self {
    case .yuyv, .uyvy, .grey, .rgb24, .bgr24: break
    case .nv12:
      // For an odd width the last pair reaches one byte beyond a tight line.
      let chromaStride = max(stride, 2 * chromaWidth)
      planes.append(
        Plane(
          offset: stride * height, bytesPerLine: chromaStride, rowBytes: 2 * chromaWidth, rows: chromaRows))
    case .yuv420, .yvu420:
      let chromaStride = (stride + 1) / 2
      for plane in 0..<2 {
        planes.append(
          Plane(
            offset: stride * height + plane * chromaStride * chromaRows, bytesPerLine: chromaStride,
            rowBytes: chromaWidth, rows: chromaRows))
      }
    }
    return Layout(planes: planes)
  }
}
