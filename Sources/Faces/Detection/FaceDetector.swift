import Imaging

/// Finds faces in pictures. Used by one thread at a time.
public protocol FaceDetector: AnyObject {
  /// Where the faces are, in pixels of the picture, largest first.
  ///
  /// - Throws: ``FaceError`` where the detector fails as such; a picture without faces is no error.
  func detectFaces(in picture: Picture) throws(FaceError) -> [PixelRectangle]
}

/// What can go wrong between a picture and its labels.
public enum FaceError: Error, Equatable, Sendable {
  /// The cascade file is missing or none; its path and the reason.
  case cascade(path: String, reason: String)
  /// The detector gave up on a picture.
  case detection(reason: String)
}

extension FaceError: CustomStringConvertible {
  /// One sentence for people.
  public var description: String {
    switch self {
    case .cascade(let path, let reason): "face detector: cannot load cascade \(path): \(reason)"
    case .detection(let reason): "face detector: \(reason)"
    }
  }
}
