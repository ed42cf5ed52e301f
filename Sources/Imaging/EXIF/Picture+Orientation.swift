extension Picture {
  /// The picture turned and mirrored so that it stands upright.
  ///
  /// Chroma subsampling turns with it: 4:2:2 becomes 4:4:0 and the other way round; 4:1:1, whose turned form
  /// JPEG libraries do not know, becomes 4:4:0. Where a side is odd, its chroma moves by half a pixel.
  ///
  /// - Throws: ``ImagingError/unacceptableSize(width:height:)``, which cannot happen for a picture that is one.
  public func oriented(_ orientation: EXIFOrientation) throws(ImagingError) -> Picture {
    if orientation == .upright { return self }
    guard orientation.swapsSides else {
      return try oriented(
        orientation, width: width, height: height, subsampling: subsampling, chromaRepeat: 1)
    }
    let turned: ChromaSubsampling =
      switch subsampling {
      case .grey, .yuv420, .yuv444: subsampling
      case .yuv422, .yuv411: .yuv440
      case .yuv440: .yuv422
      }
    return try oriented(
      orientation, width: height, height: width, subsampling: turned,
      chromaRepeat: subsampling == .yuv411 ? 2 : 1)
  }

  /// - Parameter chromaRepeat: How many rows of the new chroma planes each of the turned rows gives.
  private func oriented(
    _ orientation: EXIFOrientation, width: Int, height: Int, subsampling: ChromaSubsampling, chromaRepeat: Int
  ) throws(ImagingError) -> Picture {
    var result = try Picture(uninitializedWidth: width, height: height, subsampling: subsampling)
    let targets = result.planes
    withBytes { source in
      result.withMutableBytes { output in
        for (index, (plane, target)) in zip(planes, targets).enumerated() {
          let walk = PlaneWalk(plane, orientation)
          let repeats = index == 0 ? 1 : chromaRepeat
          for y in 0..<target.height {
            let row = target.offset + y * target.bytesPerLine
            var place = walk.origin + y / repeats * walk.stepDown
            for x in 0..<target.width {
              output[row + x] = source[place]
              place += walk.stepRight
            }
          }
        }
      }
    }
    return result
  }
}

/// The way through a stored plane that visits its samples in the order of the upright one: where its top left
/// sample is, and how many bytes further the samples to the right and below are.
private struct PlaneWalk {
  let origin: Int
  let stepRight: Int
  let stepDown: Int

  init(_ plane: PlaneLayout, _ orientation: EXIFOrientation) {
    let line = plane.bytesPerLine
    let lastRow = (plane.height - 1) * line
    let lastColumn = plane.width - 1
    let (start, right, down) =
      switch orientation {
      case .upright: (0, 1, line)
      case .mirror: (lastColumn, -1, line)
      case .rotate180: (lastRow + lastColumn, -1, -line)
      case .flip: (lastRow, 1, -line)
      case .transpose: (0, line, 1)
      case .rotate90: (lastRow, -line, 1)
      case .transverse: (lastRow + lastColumn, -line, -1)
      case .rotate270: (lastColumn, line, -1)
      }
    origin = plane.offset + start
    stepRight = right
    stepDown = down
  }
}
