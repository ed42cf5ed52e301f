import COpenCV

extension Picture {
  /// A copy no wider than asked, of the same proportions and subsampling; areas are averaged. A picture that is
  /// narrow enough is returned as it is.
  ///
  /// - Parameter maximumWidth: In pixels, 1 at least.
  /// - Throws: ``ImagingError/undecodable(reason:)`` with OpenCV's words where it has no memory.
  public func shrunk(maximumWidth: Int) throws(ImagingError) -> Picture {
    let smallWidth = max(1, maximumWidth)
    guard smallWidth < width else { return self }
    let smallHeight = max(1, Int((Double(height) * Double(smallWidth) / Double(width)).rounded()))
    var copy = try Picture(uninitializedWidth: smallWidth, height: smallHeight, subsampling: subsampling)
    let targets = copy.planes
    var message = [CChar](repeating: 0, count: 256)
    let hasFailed = withBytes { source in
      copy.withMutableBytes { output in
        zip(planes, targets).contains { plane, target in
          copencv_shrink(
            source.baseAddress! + plane.offset, Int32(plane.width), Int32(plane.height), plane.bytesPerLine,
            output.baseAddress! + target.offset, Int32(target.width), Int32(target.height),
            target.bytesPerLine, &message, message.count) != 0
        }
      }
    }
    guard !hasFailed else { throw .undecodable(reason: errorText(message)) }
    return copy
  }
}
