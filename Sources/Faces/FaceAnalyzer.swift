import Imaging

/// Picture in, labelled faces out: detector, tracker and classifier in a row. Used by one thread at a time.
public final class FaceAnalyzer {
  private let detector: any FaceDetector
  private let classifier: any EmotionClassifier
  private let trackerSettings: FaceTracker.Settings
  private var tracker: FaceTracker

  /// Takes the parts, which nobody else uses from now on.
  public init(
    detector: any FaceDetector, classifier: any EmotionClassifier,
    trackerSettings: FaceTracker.Settings = FaceTracker.Settings()
  ) {
    self.detector = detector
    self.classifier = classifier
    self.trackerSettings = trackerSettings
    tracker = FaceTracker(settings: trackerSettings)
  }

  /// Analyses the next frame of a live picture.
  ///
  /// - Parameters:
  ///   - picture: The frame; only its luma plane is looked at.
  ///   - nanoseconds: When it was taken, on a clock that never goes back.
  /// - Returns: The faces that are followed, by id.
  public func analyze(_ picture: Picture, atNanoseconds nanoseconds: UInt64) throws(FaceError)
    -> [LabelledFace]
  {
    let boxes = try detector.detectFaces(in: picture)
    let candidates = tracker.follow(boxes, atNanoseconds: nanoseconds)
    let scores = classifier.classify(candidates.map(\.box), in: picture)
    return tracker.update(
      candidates, scores: scores, atNanoseconds: nanoseconds, width: picture.width, height: picture.height)
  }

  /// Analyses a picture that stands for itself: every hit counts, ids go from left to right.
  public func analyzeStill(_ picture: Picture) throws(FaceError) -> [LabelledFace] {
    let boxes = try detector.detectFaces(in: picture).sorted { ($0.x, $0.y) < ($1.x, $1.y) }
    let scores = classifier.classify(boxes, in: picture)
    return zip(boxes, scores).enumerated().map { index, face in
      let (box, scores) = face
      let confidence = scores[scores.top]
      return LabelledFace(
        id: UInt64(index + 1), box: box, emotion: scores.top, confidence: confidence, scores: scores,
        isUncertain: confidence < trackerSettings.uncertainBelow)
    }
  }

  /// Forgets the faces that were followed: the source starts anew. Their ids are not used again.
  public func reset() { tracker.forgetFaces() }
}
