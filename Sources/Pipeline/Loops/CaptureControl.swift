import Capture
import Glibc
import Synchronization

/// What the capture loop is told from outside.
final class CaptureControl: Sendable {
  /// Ends it.
  let stop = StopSignal()
  /// Has it open the source anew.
  let reopening = WakeSignal()
  private let isToHang = Atomic<Bool>(false)

  /// Makes the loop hang for ever, as a fault would: see ``Pipeline/hang()``.
  func hang() { isToHang.store(true, ordering: .relaxed) }

  func hangIfAsked() {
    while isToHang.load(ordering: .relaxed) { sleep(3600) }
  }
}

/// How a source is opened, and how to wait for one that is away.
public struct SourceOpening: Sendable {
  /// Opens the source; called on the capture thread, again after each failure.
  public var open: @Sendable (StopSignal) throws(CaptureError) -> any FrameSource
  /// Waits until the source may be back, one of the descriptors is readable, or the deadline; true for the first.
  public var wait: @Sendable (_ descriptors: [Int32], _ deadline: MonotonicTime) -> Bool

  /// - Parameters:
  ///   - open: See ``open``.
  ///   - wait: See ``wait``; without it nothing is known before the deadline.
  public init(
    open: @escaping @Sendable (StopSignal) throws(CaptureError) -> any FrameSource,
    wait: @escaping @Sendable (_ descriptors: [Int32], _ deadline: MonotonicTime) -> Bool = {
      DescriptorWait.wait(for: $0, until: $1)
      return false
    }
  ) {
    self.open = open
    self.wait = wait
  }
}
