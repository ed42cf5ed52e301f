import Imaging

extension Picture {
  /// All samples, plane by plane, without what pads the lines.
  var samples: [UInt8] {
    withBytes { bytes in
      planes.flatMap { plane in
        (0..<plane.height).flatMap { y in
          let start = plane.offset + y * plane.bytesPerLine
          return bytes[start..<start + plane.width]
        }
      }
    }
  }
}
