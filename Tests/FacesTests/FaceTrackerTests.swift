import Imaging
import Testing

@testable import Faces

@Suite struct FaceTrackerTests {
  private static let second: UInt64 = 1_000_000_000
  private static let frame = second / 15

  private static func box(_ x: Int, _ y: Int = 100, side: Int = 80) -> PixelRectangle {
    PixelRectangle(x: x, y: y, width: side, height: side)
  }

  private static func scores(_ emotion: Emotion, _ probability: Float) -> EmotionScores {
    EmotionScores(
      Emotion.allCases.map { $0 == emotion ? probability : (1 - probability) / 6 })
  }

  /// Feeds one frame in which every confirmed face gets the same scores.
  private static func step(
    _ tracker: inout FaceTracker, _ boxes: [PixelRectangle], at time: UInt64,
    scores: EmotionScores = scores(.happiness, 0.9)
  ) -> [LabelledFace] {
    let candidates = tracker.follow(boxes, atNanoseconds: time)
    return tracker.update(
      candidates, scores: candidates.map { _ in scores }, atNanoseconds: time, width: 640, height: 480)
  }

  @Test func aHitIsShownOnceItIsConfirmed() {
    var tracker = FaceTracker()
    #expect(Self.step(&tracker, [Self.box(100)], at: 0).isEmpty)
    let faces = Self.step(&tracker, [Self.box(102)], at: Self.frame)
    #expect(faces.map(\.id) == [1])
    #expect(faces.first?.emotion == .happiness)
  }

  @Test func aSingleFalseHitIsNeverShown() {
    var tracker = FaceTracker()
    for frame in 0..<20 as Range<UInt64> {
      // One frame in four: never two hits within three frames.
      let boxes = frame % 4 == 0 ? [Self.box(300)] : []
      #expect(Self.step(&tracker, boxes, at: frame * Self.frame).isEmpty)
    }
  }

  @Test func twoOfThreeFramesConfirm() {
    var tracker = FaceTracker()
    _ = Self.step(&tracker, [Self.box(100)], at: 0)
    _ = Self.step(&tracker, [], at: Self.frame)
    #expect(Self.step(&tracker, [Self.box(100)], at: 2 * Self.frame).count == 1)
  }

  @Test func anIdSurvivesAShortMissAndEndsAfterALongOne() {
    var tracker = FaceTracker()
    _ = Self.step(&tracker, [Self.box(100)], at: 0)
    _ = Self.step(&tracker, [Self.box(100)], at: Self.frame)
    #expect(Self.step(&tracker, [], at: Self.frame + Self.second / 2).map(\.id) == [1])
    #expect(Self.step(&tracker, [Self.box(104)], at: Self.frame + Self.second * 6 / 10).map(\.id) == [1])
    #expect(Self.step(&tracker, [], at: 3 * Self.second).isEmpty)
    _ = Self.step(&tracker, [Self.box(104)], at: 3 * Self.second + Self.frame)
    let again = Self.step(&tracker, [Self.box(104)], at: 3 * Self.second + 2 * Self.frame)
    #expect(again.map(\.id) == [2], "an id is never used again")
  }

  @Test func afterForgettingThereAreNewIdsOnly() {
    var tracker = FaceTracker()
    _ = Self.step(&tracker, [Self.box(100)], at: 0)
    #expect(Self.step(&tracker, [Self.box(100)], at: Self.frame).map(\.id) == [1])
    tracker.forgetFaces()
    // Somebody at the same place, at a time before: confirmed anew, and not the one of before.
    #expect(Self.step(&tracker, [Self.box(100)], at: 0).isEmpty)
    #expect(Self.step(&tracker, [Self.box(100)], at: Self.frame).map(\.id) == [2])
  }

  @Test func aTimeThatGoesBackChangesNoScores() {
    var tracker = FaceTracker()
    _ = Self.step(&tracker, [Self.box(100)], at: Self.second)
    let before = Self.step(&tracker, [Self.box(100)], at: Self.second + Self.frame)
    let after = Self.step(&tracker, [Self.box(100)], at: Self.second, scores: Self.scores(.surprise, 0.9))
    #expect(after.map(\.scores) == before.map(\.scores))
    #expect(after.map(\.emotion) == [.happiness])
  }

  @Test func crossingOrderOfTheDetectorDoesNotSwapIds() {
    var tracker = FaceTracker()
    let (left, right) = (Self.box(100), Self.box(400))
    _ = Self.step(&tracker, [left, right], at: 0)
    let first = Self.step(&tracker, [left, right], at: Self.frame)
    let second = Self.step(&tracker, [right, left], at: 2 * Self.frame)
    #expect(first.map(\.id) == [1, 2])
    #expect(second.map(\.id) == [1, 2])
    #expect(second[0].box.x < 200 && second[1].box.x > 300)
  }

  @Test func scoresAreSmoothedAndTheLabelDoesNotFlicker() {
    var tracker = FaceTracker()
    _ = Self.step(&tracker, [Self.box(100)], at: 0)
    var time = Self.frame
    _ = Self.step(&tracker, [Self.box(100)], at: time)
    // Alternating verdicts of equal weight: without smoothing the label would change with each frame.
    var shown: [Emotion] = []
    for index in 0..<30 {
      time += Self.frame
      let verdict = Self.scores(index % 2 == 0 ? .neutral : .happiness, 0.55)
      shown += Self.step(&tracker, [Self.box(100)], at: time, scores: verdict).map(\.emotion)
    }
    let changes = zip(shown, shown.dropFirst()).count { $0 != $1 }
    #expect(shown.count == 30)
    #expect(changes <= 1)
  }

  @Test func aLastingChangeComesThrough() {
    var tracker = FaceTracker()
    _ = Self.step(&tracker, [Self.box(100)], at: 0)
    _ = Self.step(&tracker, [Self.box(100)], at: Self.frame)
    var last: LabelledFace?
    for index in 2..<40 as Range<UInt64> {
      last =
        Self.step(&tracker, [Self.box(100)], at: index * Self.frame, scores: Self.scores(.surprise, 0.8))
        .first
    }
    #expect(last?.emotion == .surprise)
    #expect(abs((last?.confidence ?? 0) - 0.8) < 0.01)
    #expect(abs((last?.scores.values.reduce(0, +) ?? 0) - 1) < 1e-5)
  }

  @Test func aLowProbabilityIsMarkedUncertain() {
    var tracker = FaceTracker()
    _ = Self.step(&tracker, [Self.box(100)], at: 0)
    let faces = Self.step(&tracker, [Self.box(100)], at: Self.frame, scores: Self.scores(.fear, 0.3))
    #expect(faces.first?.isUncertain == true)
  }

  @Test func boxesStayInsideTheFrame() {
    var tracker = FaceTracker()
    let corner = PixelRectangle(x: 600, y: 440, width: 80, height: 80)
    _ = Self.step(&tracker, [corner], at: 0)
    let face = Self.step(&tracker, [corner], at: Self.frame).first
    #expect(face?.box == PixelRectangle(x: 600, y: 440, width: 40, height: 40))
  }
}
