import Dispatch
import Foundation

/// A fixed number of workers over Dispatch that share out the parts of one computation.
///
/// The split depends on the number of workers alone, never on timing, so that two runs add up floats in the
/// same order and give the same bits.
public struct WorkerPool: Sendable {
  /// How many parts run at the same time, the caller's included.
  public let workerCount: Int

  /// - Parameter workerCount: At least 1; nil for one worker a processor.
  public init(workerCount: Int? = nil) {
    self.workerCount = max(1, workerCount ?? WorkerPool.processorCount)
  }

  /// Processors that this process may run on.
  public static var processorCount: Int {
    ProcessInfo.processInfo.activeProcessorCount
  }

  /// Runs `body` once for each worker, with its number from 0, and returns when all are done. The calling
  /// thread works too.
  ///
  /// - Parameter body: May run on several threads at once; each call writes to places of its own.
  public func forEachWorker(_ body: (Int) -> Void) {
    if workerCount == 1 { return body(0) }
    withoutActuallyEscaping(body) { body in
      // The pool exists to let workers write to disjoint parts of one buffer, which the compiler cannot see;
      // the caller vouches for it by the contract above.
      nonisolated(unsafe) let shared = body
      DispatchQueue.concurrentPerform(iterations: workerCount) { shared($0) }
    }
  }

  /// Splits `0..<count` into one range a worker, as equal as multiples of `multiple` allow, and runs `body`
  /// for those that are not empty.
  ///
  /// - Parameters:
  ///   - count: How many items there are.
  ///   - multiple: Ranges start at multiples of this many items.
  ///   - body: Gets the worker's number and its range.
  public func split(_ count: Int, multiple: Int = 1, _ body: (Int, Range<Int>) -> Void) {
    let units = (count + multiple - 1) / multiple
    if units <= 1 { return count > 0 ? body(0, 0..<count) : () }
    forEachWorker { worker in
      let start = min(units * worker / workerCount * multiple, count)
      let end = min(units * (worker + 1) / workerCount * multiple, count)
      if start < end { body(worker, start..<end) }
    }
  }
}
