import COpenCV
import Imaging

/// Finds upright frontal faces by a cascade of boosted Haar-like features: P. Viola, M. Jones, "Rapid Object
/// Detection using a Boosted Cascade of Simple Features" (CVPR 2001), in OpenCV's implementation.
///
/// The search runs on a small grey copy: its cost grows with the number of pixels, and faces that matter are
/// large.
public final class HaarCascadeDetector: FaceDetector {
  /// How the search is done.
  public struct Settings: Sendable, Equatable {
    /// Width of the copy that is searched, in pixels; narrower pictures are searched as they are.
    public var searchWidth = 320
    /// Each search window is this much larger than the one before, above 1.
    public var scaleFactor = 1.15
    /// How many overlapping hits make a face; more means fewer false ones.
    public var minimumNeighbors = 5
    /// Smaller faces are not looked for, in pixels of the full picture. The cascade's own smallest window is 24
    /// (alt2: 20) pixels of the copy.
    public var minimumSizePixels = 40
    /// No more than this many faces are reported, the largest.
    public var maximumFaces = 32

    /// The defaults.
    public init() {}
  }

  /// The side of the smallest window that the cascades were trained with, in pixels.
  private static let windowSide = 24
  private static let capacity = 256

  private let settings: Settings
  private let cascade: OpaquePointer
  private var found = [copencv_rectangle](repeating: copencv_rectangle(), count: capacity)
  private var message = [CChar](repeating: 0, count: 512)

  /// Loads a cascade.
  ///
  /// - Throws: ``FaceError/cascade(path:reason:)``.
  public init(cascadePath: String, settings: Settings = Settings()) throws(FaceError) {
    self.settings = settings
    guard let cascade = copencv_cascade_load(cascadePath, &message, message.count) else {
      throw .cascade(path: cascadePath, reason: errorText(message))
    }
    self.cascade = cascade
  }

  deinit { copencv_cascade_free(cascade) }

  /// See ``FaceDetector/detectFaces(in:)``.
  public func detectFaces(in picture: Picture) throws(FaceError) -> [PixelRectangle] {
    let copy: Picture
    do { copy = try picture.greyCopy(maximumWidth: settings.searchWidth) } catch {
      throw .detection(reason: error.description)
    }
    let scale = Double(picture.width) / Double(copy.width)
    let minimum = max(Self.windowSide, Int(Double(settings.minimumSizePixels) / scale))
    let side = min(copy.width, copy.height)
    guard minimum <= side else { return [] }
    let plane = copy.planes[0]
    let count = copy.withBytes { bytes in
      copencv_cascade_detect(
        cascade, bytes.baseAddress! + plane.offset, Int32(plane.width), Int32(plane.height),
        plane.bytesPerLine,
        settings.scaleFactor, Int32(settings.minimumNeighbors), Int32(minimum), Int32(side), &found,
        Int32(Self.capacity), &message, message.count)
    }
    guard count >= 0 else { throw .detection(reason: errorText(message)) }
    let faces = found.prefix(min(Int(count), Self.capacity)).map { box in
      PixelRectangle(
        x: Int((Double(box.x) * scale).rounded()), y: Int((Double(box.y) * scale).rounded()),
        width: Int((Double(box.width) * scale).rounded()), height: Int((Double(box.height) * scale).rounded())
      ).clamped(toWidth: picture.width, height: picture.height)
    }
    return Array(faces.sorted { ($0.area, $1.x, $1.y) > ($1.area, $0.x, $0.y) }.prefix(settings.maximumFaces))
  }
}
