import Foundation
import Imaging

/// Follows faces from one analysed frame to the next: gives each a lasting id, waits until a hit is confirmed,
/// bridges short misses and smooths box and scores over time.
///
/// Boxes are matched to tracks by their overlap, best pairs first. A new track stays unseen until it was hit in
/// N of its first M frames, which keeps one-frame false hits out.
public struct FaceTracker: Sendable {
  /// How faces are followed.
  public struct Settings: Sendable, Equatable {
    /// A track is confirmed after this many hits ...
    public var confirmingHits = 2
    /// ... within this many frames.
    public var confirmingFrames = 3
    /// A confirmed track that is not hit for longer than this ends, in seconds.
    public var missingSeconds = 0.7
    /// Boxes that overlap a track's by less than this (intersection over union) are another face.
    public var minimumOverlap = 0.2
    /// Time after which a change of the scores has come through to 63 %, in seconds; 0 for no smoothing.
    public var smoothingSeconds = 0.4
    /// The shown emotion changes only when another one leads by this much.
    public var hysteresis: Float = 0.05
    /// A label is uncertain below this probability.
    public var uncertainBelow: Float = 0.4

    /// The defaults.
    public init() {}
  }

  fileprivate struct Track {
    /// Set when the track is confirmed.
    var id: UInt64?
    var box: PictureRegion
    var hits: Int
    var frames: Int
    var lastHitNanoseconds: UInt64
    var scores: EmotionScores?
    var scoredNanoseconds: UInt64
    var shown: Emotion?
  }

  /// A face that was detected in this frame and waits for its scores.
  public struct Candidate: Sendable, Equatable {
    fileprivate let track: Int
    /// The detector's box, which is what the network looks at.
    public let box: PixelRectangle
  }

  private let settings: Settings
  private var tracks: [Track] = []
  private var lastId: UInt64 = 0

  /// A tracker that follows nobody yet.
  public init(settings: Settings = Settings()) { self.settings = settings }

  /// Follows nobody any more. Who comes next is confirmed anew and gets an id that nobody had.
  public mutating func forgetFaces() { tracks.removeAll() }

  /// Takes the boxes of a frame and returns those that are worth classifying: the confirmed ones.
  ///
  /// - Parameters:
  ///   - boxes: The detector's boxes.
  ///   - nanoseconds: When the frame was taken, on a clock that never goes back.
  public mutating func follow(_ boxes: [PixelRectangle], atNanoseconds nanoseconds: UInt64) -> [Candidate] {
    var assignment = assign(boxes)
    for (box, track) in assignment.enumerated() where track == nil {
      let region = PictureRegion(boxes[box])
      tracks.append(
        Track(
          box: region, hits: 0, frames: 0, lastHitNanoseconds: nanoseconds, scoredNanoseconds: nanoseconds))
      assignment[box] = tracks.count - 1
    }
    var candidates: [Candidate] = []
    for index in tracks.indices { tracks[index].frames += 1 }
    for (box, track) in assignment.enumerated() {
      guard let track else { continue }
      tracks[track].box.move(towards: PictureRegion(boxes[box]))
      tracks[track].hits += 1
      tracks[track].lastHitNanoseconds = nanoseconds
      if tracks[track].id == nil, tracks[track].hits >= settings.confirmingHits {
        lastId += 1
        tracks[track].id = lastId
      }
      if tracks[track].id != nil { candidates.append(Candidate(track: track, box: boxes[box])) }
    }
    return candidates
  }

  /// Takes the scores of the candidates and returns all faces that are followed, by id; those that this frame's
  /// detector missed keep their last scores.
  ///
  /// - Parameters:
  ///   - scores: One for each candidate of the ``follow(_:atNanoseconds:)`` just before.
  ///   - nanoseconds: That call's time.
  ///   - width: The frame's width; boxes are cut at its edges.
  ///   - height: The frame's height.
  public mutating func update(
    _ candidates: [Candidate], scores: [EmotionScores], atNanoseconds nanoseconds: UInt64, width: Int,
    height: Int
  ) -> [LabelledFace] {
    precondition(candidates.count == scores.count)
    for (candidate, score) in zip(candidates, scores) {
      smooth(&tracks[candidate.track], with: score, atNanoseconds: nanoseconds)
    }
    endTracks(atNanoseconds: nanoseconds)
    return tracks.compactMap {
      $0.face(width: width, height: height, uncertainBelow: settings.uncertainBelow)
    }
    .sorted { $0.id < $1.id }
  }

  /// For each box the track that it continues. Pairs are taken by overlap, best first.
  private func assign(_ boxes: [PixelRectangle]) -> [Int?] {
    var pairs: [(overlap: Double, box: Int, track: Int)] = []
    for (boxIndex, box) in boxes.enumerated() {
      for (trackIndex, track) in tracks.enumerated() {
        let overlap = track.box.rounded.intersectionOverUnion(box)
        if overlap >= settings.minimumOverlap { pairs.append((overlap, boxIndex, trackIndex)) }
      }
    }
    var result = [Int?](repeating: nil, count: boxes.count)
    var taken = Set<Int>()
    for pair in pairs.sorted(by: { ($0.overlap, $1.track, $1.box) > ($1.overlap, $0.track, $0.box) })
    where result[pair.box] == nil && taken.insert(pair.track).inserted {
      result[pair.box] = pair.track
    }
    return result
  }

  private func smooth(_ track: inout Track, with scores: EmotionScores, atNanoseconds nanoseconds: UInt64) {
    if let previous = track.scores, settings.smoothingSeconds > 0 {
      // Where time goes back, which it should not, the difference would wrap to centuries.
      let elapsed = nanoseconds > track.scoredNanoseconds ? nanoseconds - track.scoredNanoseconds : 0
      let weight = Float(1 - exp(-Double(elapsed) / 1e9 / settings.smoothingSeconds))
      track.scores = EmotionScores(
        zip(previous.values, scores.values).map { $0 + weight * ($1 - $0) })
    } else {
      track.scores = scores
    }
    track.scoredNanoseconds = nanoseconds
    if let smoothed = track.scores {
      let top = smoothed.top
      if let shown = track.shown, smoothed[top] <= smoothed[shown] + settings.hysteresis { return }
      track.shown = top
    }
  }

  private mutating func endTracks(atNanoseconds nanoseconds: UInt64) {
    tracks.removeAll { track in
      if track.id == nil {
        return track.frames >= settings.confirmingFrames
      }
      let missing = nanoseconds > track.lastHitNanoseconds ? nanoseconds - track.lastHitNanoseconds : 0
      return Double(missing) / 1e9 > settings.missingSeconds
    }
  }
}

extension FaceTracker.Track {
  fileprivate func face(width: Int, height: Int, uncertainBelow: Float) -> LabelledFace? {
    guard let id, let scores, let shown else { return nil }
    let inside = box.rounded.clamped(toWidth: width, height: height)
    guard inside.area > 0 else { return nil }
    return LabelledFace(
      id: id, box: inside, emotion: shown, confidence: scores[shown], scores: scores,
      isUncertain: scores[shown] < uncertainBelow)
  }
}

extension PictureRegion {
  fileprivate init(_ box: PixelRectangle) {
    self.init(x: Double(box.x), y: Double(box.y), width: Double(box.width), height: Double(box.height))
  }

  fileprivate var rounded: PixelRectangle {
    PixelRectangle(
      x: Int(x.rounded()), y: Int(y.rounded()), width: Int(width.rounded()), height: Int(height.rounded()))
  }

  /// Follows the centre at once where it moves and damps the size, which is what jitters from frame to frame.
  fileprivate mutating func move(towards box: PictureRegion) {
    let distance = (
      (x + width / 2 - box.x - box.width / 2) / width, (y + height / 2 - box.y - box.height / 2) / height
    )
    let isStill = abs(distance.0) < 0.04 && abs(distance.1) < 0.04
    let position = isStill ? 0.3 : 0.8
    let centre = (
      x + width / 2 + position * (box.x + box.width / 2 - x - width / 2),
      y + height / 2 + position * (box.y + box.height / 2 - y - height / 2)
    )
    width += 0.3 * (box.width - width)
    height += 0.3 * (box.height - height)
    x = centre.0 - width / 2
    y = centre.1 - height / 2
  }
}
