import Imaging

/// Says how probable each emotion is for faces in a picture. Used by one thread at a time.
public protocol EmotionClassifier: AnyObject {
  /// One result a box, in their order.
  func classify(_ boxes: [PixelRectangle], in picture: Picture) -> [EmotionScores]
}

/// A face in a picture.
public struct FaceCrop: Sendable {
  /// The detector's box, in pixels of the picture.
  public let box: PixelRectangle
  /// Where the face is.
  public let picture: Picture

  /// A face in a picture.
  public init(box: PixelRectangle, picture: Picture) {
    self.box = box
    self.picture = picture
  }
}

/// A classifier that computes faces of several pictures as one batch. Used by one thread at a time.
public protocol BatchClassifier: EmotionClassifier {
  /// Faces that are computed as one batch; more take several.
  var maximumBatch: Int { get }
  /// One result a crop, in their order.
  func classify(_ crops: [FaceCrop]) -> [EmotionScores]
}
