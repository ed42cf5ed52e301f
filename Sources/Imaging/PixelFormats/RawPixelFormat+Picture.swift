import CKernels

extension RawPixelFormat {
  /// Converts a frame to a planar picture; this is also the copy that frees the camera's buffer.
  ///
  ///     let picture = try RawPixelFormat.yuyv.picture(
  ///       from: bytes, width: 640, height: 480, bytesPerLine: 1280, range: .limited)
  ///
  /// Packed 4:2:2 becomes 4:2:2, the 4:2:0 formats 4:2:0, grey stays grey, RGB becomes 4:2:2, as
  /// cameras themselves sample colour.
  ///
  /// - Parameters:
  ///   - bytes: At least ``byteCount(width:height:bytesPerLine:)`` bytes; more are ignored.
  ///   - bytesPerLine: From one row's first byte to the next row's; nil for rows without padding.
  ///   - range: What the samples mean; limited ones are expanded. RGB is always of full range.
  /// - Throws: ``ImagingError``: an unacceptable size, too few bytes.
  public func picture(
    from bytes: UnsafeBufferPointer<UInt8>, width: Int, height: Int, bytesPerLine: Int? = nil,
    range: SampleRange
  ) throws(ImagingError) -> Picture {
    let layout = try layout(width: width, height: height, bytesPerLine: bytesPerLine)
    guard bytes.count >= layout.byteCount, let base = bytes.baseAddress else {
      throw ImagingError.tooShort(expectedBytes: layout.byteCount, actualBytes: bytes.count)
    }
    let source = RawFrame(base: base, planes: layout.planes, isLimited: range == .limited)
    switch self {
    case .yuyv, .uyvy:
      return try source.unpacked(width: width, height: height, lumaFirst: self == .yuyv)
    case .nv12: return try source.withChromaSplit(width: width, height: height)
    case .yuv420: return try source.copied(width: width, height: height, planeOrder: [0, 1, 2])
    case .yvu420: return try source.copied(width: width, height: height, planeOrder: [0, 2, 1])
    case .grey: return try source.copied(width: width, height: height, planeOrder: [0])
    case .rgb24, .bgr24:
      return try InterleavedPixels.picture(
        from: bytes, order: self == .rgb24 ? .rgb : .bgr, width: width, height: height,
        bytesPerLine: layout.planes[0].bytesPerLine, subsampling: .yuv422)
    }
  }

  /// The same for an array.
  public func picture(
    from bytes: [UInt8], width: Int, height: Int, bytesPerLine: Int? = nil, range: SampleRange
  ) throws(ImagingError) -> Picture {
    try bytes.withUnsafeBufferPointer { buffer throws(ImagingError) in
      try picture(from: buffer, width: width, height: height, bytesPerLine: bytesPerLine, range: range)
    }
  }
}

/// A frame whose length was checked against its planes: every row that is read lies inside it.
private struct RawFrame {
  let base: UnsafePointer<UInt8>
  let planes: [RawPixelFormat.Plane]
  let isLimited: Bool

  func row(_ row: Int, ofPlane plane: Int) -> UnsafePointer<UInt8> {
    base + planes[plane].offset + row * planes[plane].bytesPerLine
  }

  func unpacked(width: Int, height: Int, lumaFirst: Bool) throws(ImagingError) -> Picture {
    var picture = try Picture(uninitializedWidth: width, height: height, subsampling: .yuv422)
    let rows = PictureRows(picture)
    picture.withMutableBytes { bytes in
      for y in 0..<height {
        kernel_unpack_422(
          row(y, ofPlane: 0), width, lumaFirst ? 1 : 0, isLimited ? 1 : 0, rows.start(y, plane: 0, in: bytes),
          rows.start(y, plane: 1, in: bytes), rows.start(y, plane: 2, in: bytes))
      }
    }
    return picture
  }

  func withChromaSplit(width: Int, height: Int) throws(ImagingError) -> Picture {
    var picture = try Picture(uninitializedWidth: width, height: height, subsampling: .yuv420)
    let rows = PictureRows(picture)
    picture.withMutableBytes { bytes in
      for y in 0..<height { copyLuma(row(y, ofPlane: 0), width, rows.start(y, plane: 0, in: bytes)) }
      for y in 0..<planes[1].rows {
        kernel_split_chroma(
          row(y, ofPlane: 1), planes[1].rowBytes / 2, isLimited ? 1 : 0, rows.start(y, plane: 1, in: bytes),
          rows.start(y, plane: 2, in: bytes))
      }
    }
    return picture
  }

  /// `planeOrder[p]` is the frame's plane that becomes the picture's plane `p`.
  func copied(width: Int, height: Int, planeOrder: [Int]) throws(ImagingError) -> Picture {
    var picture = try Picture(
      uninitializedWidth: width, height: height, subsampling: planeOrder.count == 1 ? .grey : .yuv420)
    let rows = PictureRows(picture)
    picture.withMutableBytes { bytes in
      for y in 0..<height { copyLuma(row(y, ofPlane: 0), width, rows.start(y, plane: 0, in: bytes)) }
      for plane in planeOrder.indices.dropFirst() {
        for y in 0..<planes[plane].rows {
          copyChroma(
            row(y, ofPlane: planeOrder[plane]), planes[plane].rowBytes, rows.start(y, plane: plane, in: bytes)
          )
        }
      }
    }
    return picture
  }

  private func copyLuma(_ source: UnsafePointer<UInt8>, _ count: Int, _ target: UnsafeMutablePointer<UInt8>) {
    if isLimited {
      kernel_expand_luma(source, count, target)
    } else {
      target.update(from: source, count: count)
    }
  }

  private func copyChroma(
    _ source: UnsafePointer<UInt8>, _ count: Int, _ target: UnsafeMutablePointer<UInt8>
  ) {
    if isLimited {
      kernel_expand_chroma(source, count, target)
    } else {
      target.update(from: source, count: count)
    }
  }
}

/// Where the rows of a picture start, kept apart from the picture so that they can be asked for while its
/// bytes are changed.
private struct PictureRows {
  private let planes: [PlaneLayout]

  init(_ picture: Picture) { planes = picture.planes }

  func start(
    _ row: Int, plane: Int, in bytes: UnsafeMutableBufferPointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    // A picture has at least one pixel, so its storage has an address.
    bytes.baseAddress! + planes[plane].offset + row * planes[plane].bytesPerLine
  }
}
