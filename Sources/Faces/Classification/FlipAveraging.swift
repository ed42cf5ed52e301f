/// Whether a face's mirror image is classified too and the probabilities averaged: a little more accurate, twice the
/// work.
public enum FlipAveraging: Sendable, Equatable {
  /// Never.
  case off
  /// Always.
  case on
  /// As long as all faces of a picture, twice, are expected to take no longer than this, judged by what the ones
  /// before took.
  case automatic(secondsAtMost: Double)
}

/// Decides about ``FlipAveraging/automatic(secondsAtMost:)`` from picture to picture.
struct FlipDecision {
  private let setting: FlipAveraging
  /// Seconds an input, smoothed; nil before the first picture.
  private var secondsPerInput: Double?

  /// How much of the estimate the newest picture replaces.
  private static let newestShare = 0.2

  init(_ setting: FlipAveraging) { self.setting = setting }

  /// Whether the mirror images of a picture's faces are classified too.
  func flips(faces: Int) -> Bool {
    switch setting {
    case .off: return false
    case .on: return true
    case .automatic(let secondsAtMost):
      guard let secondsPerInput else { return false }
      return 2 * Double(faces) * secondsPerInput <= secondsAtMost
    }
  }

  /// Learns from a picture.
  mutating func learn(inputs: Int, seconds: Double) {
    guard inputs > 0, seconds.isFinite else { return }
    let newest = seconds / Double(inputs)
    secondsPerInput = secondsPerInput.map { $0 + Self.newestShare * (newest - $0) } ?? newest
  }
}
