import Imaging

/// A face in a picture with what the network says of it.
public struct LabelledFace: Sendable, Equatable {
  /// Stays with a face as long as it is followed; not used for another one in the same run.
  public var id: UInt64
  /// Where it is, in pixels of the full picture, inside it.
  public var box: PixelRectangle
  /// The emotion shown for it.
  public var emotion: Emotion
  /// The probability of ``emotion``, 0...1.
  public var confidence: Float
  /// All probabilities, smoothed over time where the face was followed.
  public var scores: EmotionScores
  /// Whether ``confidence`` is too low for the label to be relied on.
  public var isUncertain: Bool

  /// A face with all that is known of it.
  public init(
    id: UInt64, box: PixelRectangle, emotion: Emotion, confidence: Float, scores: EmotionScores,
    isUncertain: Bool
  ) {
    self.id = id
    self.box = box
    self.emotion = emotion
    self.confidence = confidence
    self.scores = scores
    self.isUncertain = isUncertain
  }
}
