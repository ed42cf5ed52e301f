import Imaging

/// Says how probable each emotion is for faces in a picture. Used by one thread at a time.
public protocol EmotionClassifier: AnyObject {
  /// One result a box, in their order.
  func classify(_ boxes: [PixelRectangle], in picture: Picture) -> [EmotionScores]
}
