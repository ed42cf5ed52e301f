import CKernels
import Dispatch
import Foundation
import Synchronization

/// A fixed number of workers over Dispatch that share out the parts of one computation.
///
/// A computation of many short steps gathers its workers once (``gathering(_:)``); they then spin between the steps
/// instead of sleeping, for waking a thread takes longer than a step. The split into parts depends on the number of
/// workers alone, never on timing, so that two runs add up floats in the same order and give the same bits. Whoever
/// is free takes the next part: where Dispatch has no thread to spare, the caller does them all.
///
/// One thread uses a pool at a time; a second one that comes meanwhile ends the program.
public final class WorkerPool: Sendable {
  /// How many parts run at the same time, the caller's included.
  public let workerCount: Int

  private let crew = Crew()

  /// - Parameter workerCount: At least 1; nil for one worker a processor.
  public init(workerCount: Int? = nil) {
    self.workerCount = min(max(1, workerCount ?? WorkerPool.processorCount), Crew.maximumParts)
  }

  /// Processors that this process may run on.
  public static var processorCount: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// Keeps the workers awake while `body` runs.
  public func gathering<Result>(_ body: () throws -> Result) rethrows -> Result {
    if workerCount == 1 || crew.isGathered { return try body() }
    crew.gather(helpers: workerCount - 1)
    defer { crew.dismiss() }
    return try body()
  }

  /// Runs `body` once for each worker, with its number from 0, and returns when all are done. The calling
  /// thread works too.
  ///
  /// - Parameter body: May run on several threads at once; each call writes to places of its own.
  public func forEachWorker(_ body: (Int) -> Void) {
    if workerCount == 1 { return body(0) }
    gathering {
      withoutActuallyEscaping(body) { body in crew.run(parts: workerCount, body) }
    }
  }

  /// Splits `0..<count` into one range a worker, as equal as multiples of `multiple` allow, and runs `body`
  /// for those that are not empty.
  ///
  /// - Parameters:
  ///   - count: How many items there are.
  ///   - multiple: Ranges start at multiples of this many items.
  ///   - body: Gets the part's number, below ``workerCount``, and its range.
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

/// The workers of a pool and the step that they are at.
///
/// Unchecked because of the step's closure: it is written before the ticket is published and read only by whoever
/// has claimed a part of that step, which the next step waits for.
private final class Crew: @unchecked Sendable {
  static let maximumParts = 0x7FFF

  /// The step's number (upper 32 bits), how many parts it has (16 bits) and which is next (16 bits). One word, so
  /// that a part is claimed from the step that was looked at or not at all.
  private let ticket = Atomic<UInt64>(0)
  private let finishedParts = Atomic<Int>(0)
  /// Counts gatherings; helpers leave when it moves on.
  private let gathering = Atomic<Int>(0)
  private var step: ((Int) -> Void)?
  /// The thread that gathered the workers.
  private let owner = Atomic<UInt>(0)

  /// Spins before a waiting thread offers its processor to others.
  private static let spinsBeforeYield = 4000

  var isGathered: Bool { gathering.load(ordering: .relaxed) & 1 == 1 }

  func gather(helpers: Int) {
    owner.store(UInt(pthread_self()), ordering: .relaxed)
    let number = gathering.add(1, ordering: .releasing).newValue
    for _ in 0..<helpers {
      DispatchQueue.global(qos: .userInitiated).async { self.help(number) }
    }
  }

  func dismiss() { gathering.add(1, ordering: .releasing) }

  func run(parts: Int, _ body: @escaping (Int) -> Void) {
    // Two computations at once would take each other's parts, and wait for each other for ever.
    precondition(
      owner.load(ordering: .relaxed) == UInt(pthread_self()), "a WorkerPool serves one thread at a time")
    step = body
    finishedParts.store(0, ordering: .relaxed)
    let number = (ticket.load(ordering: .relaxed) >> 32) &+ 1
    ticket.store(number << 32 | UInt64(parts) << 16, ordering: .releasing)
    while let part = claim() { perform(part) }
    wait { finishedParts.load(ordering: .acquiring) == parts }
    step = nil
  }

  private func help(_ number: Int) {
    while gathering.load(ordering: .acquiring) == number {
      if let part = claim() {
        perform(part)
      } else {
        wait { hasParts || gathering.load(ordering: .relaxed) != number }
      }
    }
  }

  private var hasParts: Bool {
    let current = ticket.load(ordering: .relaxed)
    return current & 0xFFFF < current >> 16 & 0xFFFF
  }

  /// The number of a part that is now the caller's, or nil where none is left.
  private func claim() -> Int? {
    var current = ticket.load(ordering: .acquiring)
    while current & 0xFFFF < current >> 16 & 0xFFFF {
      let (exchanged, original) = ticket.weakCompareExchange(
        expected: current, desired: current + 1, ordering: .acquiringAndReleasing)
      if exchanged { return Int(current & 0xFFFF) }
      current = original
    }
    return nil
  }

  private func perform(_ part: Int) {
    step?(part)
    finishedParts.add(1, ordering: .acquiringAndReleasing)
  }

  private func wait(until condition: () -> Bool) {
    var spins = 0
    while !condition() {
      kernel_pause()
      spins += 1
      if spins > Self.spinsBeforeYield { sched_yield() }
    }
  }
}
