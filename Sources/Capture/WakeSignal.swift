import CV4L2
import Glibc

/// Wakes a thread that waits with poll(2), over and over: an eventfd(2) that is raised and cleared.
///
/// Unchecked for the same reason as ``StopSignal``: the descriptor is set once and closed in `deinit`.
public final class WakeSignal: @unchecked Sendable {
  /// Readable from ``raise()`` to ``clear()``.
  public let fileDescriptor: Int32

  /// A signal that is not raised.
  public init() {
    let descriptor = cv4l2_eventfd()
    precondition(descriptor >= 0, "eventfd failed: no file descriptors left")
    fileDescriptor = descriptor
  }

  deinit { close(fileDescriptor) }

  /// Wakes who waits, now or the next time that it waits. May be called from any thread.
  public func raise() {
    var one: UInt64 = 1
    _ = write(fileDescriptor, &one, MemoryLayout<UInt64>.size)
  }

  /// Takes the signal back; true where it was raised.
  @discardableResult
  public func clear() -> Bool {
    var count: UInt64 = 0
    return read(fileDescriptor, &count, MemoryLayout<UInt64>.size) > 0
  }
}

/// Waits for several descriptors at once.
public enum DescriptorWait {
  /// Waits until one of the descriptors is readable, or the deadline.
  ///
  /// - Returns: The indices of those that are; empty at the deadline.
  @discardableResult
  public static func wait(for descriptors: [Int32], until deadline: MonotonicTime) -> [Int] {
    var waited = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    while true {
      let remaining = min(deadline.nanoseconds(since: .now), UInt64(Int64.max))
      let ready = cv4l2_poll(&waited, UInt32(waited.count), Int64(remaining))
      if ready == -EINTR { continue }
      return ready > 0 ? waited.indices.filter { waited[$0].revents != 0 } : []
    }
  }
}
