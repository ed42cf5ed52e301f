import Glibc
import Logging

/// Lets the program open as many files as its clients may need: the usual limit of 1024 is a shell's, for programs that
/// use select(2). This one does not, and of its libraries calls nothing that does.
enum DescriptorLimit {
  /// Besides clients: cameras, outputs, the network's and the event loops' own.
  private static let others = 256

  /// Raises the limit where it is too low, as far as the system lets it; says so where that is not enough.
  ///
  /// - Parameter clients: Connections that are welcome at one time.
  static func raise(forClients clients: Int, logger: Logger) {
    let needed = rlim_t(clients + others)
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < needed else {
      return
    }
    var raised = limit
    raised.rlim_cur = min(needed, limit.rlim_max)
    if raised.rlim_cur > limit.rlim_cur, setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0
    {
      limit = raised
    }
    if limit.rlim_cur < needed {
      logger.warning(
        "http.maximum_clients is \(clients), but only \(limit.rlim_cur) files may be open: raise the limit (ulimit -n, LimitNOFILE=) or lower the setting"
      )
    }
  }
}
