import Capture
import Glibc

/// The time of day.
enum WallClock {
  /// The time of day of a moment on the monotonic clock, in nanoseconds since 1970 (UTC).
  static func nanosecondsSince1970(at moment: MonotonicTime) -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    let now = UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    return now - min(now, MonotonicTime.now.nanoseconds(since: moment))
  }
}
