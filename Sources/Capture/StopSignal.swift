import CV4L2
import Glibc

/// Wakes whoever waits for frames when the program should stop: an eventfd(2) that a source puts into its
/// poll(2) beside the device.
///
/// Unchecked because it owns a descriptor: the descriptor is set once, closed in `deinit` when nobody can
/// use it any more, and the kernel makes reads and writes of an eventfd atomic.
public final class StopSignal: @unchecked Sendable {
  /// Readable once ``raise()`` was called; never reset.
  public let fileDescriptor: Int32

  /// A signal that is not raised.
  public init() {
    let descriptor = cv4l2_eventfd()
    precondition(descriptor >= 0, "eventfd failed: no file descriptors left")
    fileDescriptor = descriptor
  }

  deinit { close(fileDescriptor) }

  /// Asks everyone who waits to stop. May be called from any thread, any number of times.
  public func raise() {
    var one: UInt64 = 1
    _ = write(fileDescriptor, &one, MemoryLayout<UInt64>.size)
  }

  /// Whether ``raise()`` was called.
  public var isRaised: Bool { wait(until: MonotonicTime(nanoseconds: 0)) }

  /// Waits until the deadline or until the signal is raised, whichever is first; true where it is raised.
  @discardableResult
  public func wait(until deadline: MonotonicTime) -> Bool {
    while true {
      let remaining = deadline.nanoseconds(since: .now)
      var descriptor = pollfd(fd: fileDescriptor, events: Int16(POLLIN), revents: 0)
      let ready = cv4l2_poll(&descriptor, 1, Int64(min(remaining, UInt64(Int64.max))))
      if ready > 0 { return true }
      if ready != -EINTR { return false }
    }
  }
}
