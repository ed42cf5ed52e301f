import Capture

/// Says how late it is where the age of records is judged. Records that were removed do not come back, and a clock can be
/// wrong: set ahead by a year, it alone would make the whole history too old.
///
/// So the clock is believed up to a limit: a day after the record that came last before the start. From then on the limit
/// goes as time really goes, and up to twice as fast as long as it is behind a day after the clock. A clock that was set
/// ahead costs a day's records at once and one more for each day until it is right; after a long pause of the program, on
/// the other hand, records are kept for longer than they should be, by the pause at most, and it catches up a day a day.
struct RetentionClock {
  /// How far ahead of the last record the clock is believed at once, in milliseconds.
  static let allowance: Int64 = 86_400_000

  private var limit: (milliseconds: Int64, at: MonotonicTime)?

  /// The time that ages are counted to, in milliseconds since 1970.
  ///
  /// - Parameters:
  ///   - clock: What the clock says, in milliseconds since 1970.
  ///   - now: The same moment on the clock that nobody sets.
  ///   - newest: The time of the record that came last; nil where there is none. Of interest until there was one.
  mutating func time(clock: Int64, at now: MonotonicTime, newest: Int64?) -> Int64 {
    let milliseconds: Int64
    if let limit {
      let passed = Int64(now.nanoseconds(since: limit.at) / 1_000_000)
      milliseconds = max(
        limit.milliseconds + passed, min(limit.milliseconds + 2 * passed, clock + Self.allowance))
    } else {
      guard let newest else { return clock }
      // A damaged record may hold any number.
      milliseconds = min(max(newest, 0), Int64.max / 4) + Self.allowance
    }
    limit = (milliseconds, now)
    return min(clock, milliseconds)
  }
}
