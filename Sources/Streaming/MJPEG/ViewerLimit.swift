/// How many may watch the streams of all cameras at one time.
struct ViewerLimit: Sendable {
  /// Nil for any number.
  let maximum: Int?
  /// Counts who is turned away.
  let measures: StreamingMeasures
  /// Those that watch now.
  let count: @Sendable () -> Int

  /// - Throws: 503 where one more would be too many.
  func check() throws(Refusal) {
    guard let maximum, count() >= maximum else { return }
    measures.viewerTurnedAway()
    throw Refusal(
      .serviceUnavailable, "\(maximum) clients watch already; try again in a few seconds.",
      headers: [("Retry-After", "5")])
  }
}
