import Pipeline

/// Keeps a camera's frames apart in time: a database that holds fifteen a second for a month is of no use to anybody.
struct HistorySampling {
  let intervalNanoseconds: UInt64
  private var last: [String: UInt64] = [:]

  init(intervalSeconds: Double) { intervalNanoseconds = UInt64(intervalSeconds * 1e9) }

  /// Whether a record is kept. What happens to a camera always is.
  mutating func keeps(_ record: LabelStreamRecord, camera: String) -> Bool {
    guard case .labels(let record) = record, intervalNanoseconds > 0 else { return true }
    let now = record.wallClockNanoseconds
    // A clock that was set back begins anew.
    if let last = last[camera], now >= last, now - last < intervalNanoseconds { return false }
    last[camera] = now
    return true
  }
}
