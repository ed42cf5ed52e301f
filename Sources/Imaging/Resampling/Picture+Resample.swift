import COpenCV
import CKernels

/// A rectangle between pixels: positions in pixels from a picture's top left corner, fractions allowed. It may
/// reach beyond the picture.
public struct PictureRegion: Sendable, Equatable {
  /// The left edge.
  public var x: Double
  /// The upper edge.
  public var y: Double
  /// From the left to the right edge.
  public var width: Double
  /// From the upper to the lower edge.
  public var height: Double

  /// A region by its upper left corner and its size.
  public init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }
}

extension Picture {
  /// Resamples a region of the luma plane by a triangle filter (see ``TriangleFilter``). Beyond the picture's
  /// edge lies the edge's last sample.
  ///
  /// - Parameters:
  ///   - region: Positive width and height, each at most twice ``maximumSide``.
  ///   - width: Of the output, in samples.
  ///   - height: Of the output, in samples.
  ///   - scale: What every sample is multiplied by; 1/255 for a network that wants 0...1.
  ///   - output: [height, width] floats.
  public func resampleLuma(
    _ region: PictureRegion, width outputWidth: Int, height outputHeight: Int, scale: Float,
    into output: UnsafeMutablePointer<Float>
  ) {
    let limit = Double(2 * Self.maximumSide)
    precondition(
      region.width > 0 && region.height > 0 && region.width <= limit && region.height <= limit
        && abs(region.x) <= limit && abs(region.y) <= limit)
    let horizontal = TriangleFilter(start: region.x, length: region.width, count: outputWidth)
    let vertical = TriangleFilter(start: region.y, length: region.height, count: outputHeight)
    // Beyond the edges there is nothing to filter: what is read there is the edge.
    let needed = horizontal.sourceRange
    let first = min(max(needed.lowerBound, 0), width - 1)
    let columns = min(max(needed.upperBound, first + 1), width) - first
    withBytes { bytes in
      // Columns first, a line of the plane at a time, which vectorises; what is left for the rows is small.
      withUnsafeTemporaryAllocation(of: Float.self, capacity: columns * outputHeight) { filtered in
        kernel_filter_columns(
          bytes.baseAddress! + planes[0].offset + first, Int32(height), planes[0].bytesPerLine, columns,
          vertical.windows, Int32(outputHeight), vertical.weights, Int32(vertical.weightStride),
          filtered.baseAddress!)
        kernel_filter_rows(
          filtered.baseAddress!, Int32(outputHeight), Int32(first), Int32(columns), horizontal.windows,
          Int32(outputWidth), horizontal.weights, Int32(horizontal.weightStride), scale, output)
      }
    }
  }

  /// A grey copy of the luma plane no wider than asked, of the same proportions; areas are averaged. A picture
  /// that is narrow enough keeps its size.
  ///
  /// - Throws: ``ImagingError/undecodable(reason:)`` with OpenCV's words where it has no memory.
  public func greyCopy(maximumWidth: Int) throws(ImagingError) -> Picture {
    let smallWidth = min(width, max(1, maximumWidth))
    let smallHeight = max(1, Int((Double(height) * Double(smallWidth) / Double(width)).rounded()))
    var copy = try Picture(uninitializedWidth: smallWidth, height: smallHeight, subsampling: .grey)
    let target = copy.planes[0]
    var message = [CChar](repeating: 0, count: 256)
    let status = withBytes { source in
      copy.withMutableBytes { output in
        copencv_shrink(
          source.baseAddress! + planes[0].offset, Int32(width), Int32(height), planes[0].bytesPerLine,
          output.baseAddress!, Int32(smallWidth), Int32(smallHeight), target.bytesPerLine, &message,
          message.count)
      }
    }
    guard status == 0 else { throw .undecodable(reason: errorText(message)) }
    return copy
  }
}

/// The text that a C function wrote into a buffer.
package func errorText(_ buffer: [CChar]) -> String {
  String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
