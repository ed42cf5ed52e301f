import Glibc

/// A point on CLOCK_MONOTONIC, the clock of V4L2's buffer timestamps (clock_gettime(2)).
public struct MonotonicTime: Sendable, Comparable, Hashable {
  /// Nanoseconds since an arbitrary start, at boot.
  public var nanoseconds: UInt64

  /// A point by its nanoseconds.
  public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  /// Now.
  public static var now: MonotonicTime {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return MonotonicTime(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
  }

  /// Whether the left point is earlier.
  public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// Nanoseconds from an earlier point to this one; 0 where it is not earlier.
  public func nanoseconds(since earlier: MonotonicTime) -> UInt64 {
    nanoseconds > earlier.nanoseconds ? nanoseconds - earlier.nanoseconds : 0
  }

  /// This point moved into the future.
  public func advanced(byNanoseconds offset: UInt64) -> MonotonicTime {
    MonotonicTime(nanoseconds: nanoseconds &+ offset)
  }
}
