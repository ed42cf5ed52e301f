import Capture
import Glibc

/// A lock with a condition that is waited for, whose deadlines do not move when somebody sets the clock.
///
/// What Foundation and Dispatch have for this waits for a time of day on Linux (pthread_cond_timedwait(3), sem_timedwait(3)
/// on CLOCK_REALTIME): where the clock is set back by an hour, a wait of a second takes an hour.
///
/// Unchecked because it owns a mutex and a condition of the system's: they are made once, stay at their place in memory,
/// and go in `deinit` when nobody can use them any more.
final class MonotonicCondition: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>

  /// A lock that nobody holds.
  init() {
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    condition = .allocate(capacity: 1)
    condition.initialize(to: pthread_cond_t())
    var attributes = pthread_condattr_t()
    let isMade =
      pthread_mutex_init(mutex, nil) == 0 && pthread_condattr_init(&attributes) == 0
      && pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0
      && pthread_cond_init(condition, &attributes) == 0
    precondition(isMade, "pthread_cond_init failed: no memory left")
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(condition)
    condition.deallocate()
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Takes the lock.
  func lock() { pthread_mutex_lock(mutex) }

  /// Gives the lock back.
  func unlock() { pthread_mutex_unlock(mutex) }

  /// Gives the lock back, waits for ``broadcast()`` and takes the lock again. May return for no reason at all.
  func wait() { pthread_cond_wait(condition, mutex) }

  /// The same, but not beyond the deadline.
  ///
  /// - Returns: False once the deadline has come.
  func wait(until deadline: MonotonicTime) -> Bool {
    var time = timespec(
      tv_sec: Int(deadline.nanoseconds / 1_000_000_000), tv_nsec: Int(deadline.nanoseconds % 1_000_000_000))
    return pthread_cond_timedwait(condition, mutex, &time) == 0
  }

  /// Wakes everybody who waits.
  func broadcast() { pthread_cond_broadcast(condition) }
}
