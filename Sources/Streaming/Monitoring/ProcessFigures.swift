import Glibc

/// What this process takes of the machine now, as the kernel counts it.
struct ProcessFigures: Sendable {
  /// Memory that is really there (proc(5), statm), in bytes; nil where /proc is not.
  var residentBytes: UInt64?
  /// Open file descriptors; nil where /proc is not.
  var openDescriptors: Int?
  /// Processor time of all threads, in seconds.
  var processorSeconds: Double

  static var now: ProcessFigures {
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    return ProcessFigures(
      residentBytes: residentPages.map { $0 * UInt64(sysconf(Int32(_SC_PAGESIZE))) },
      openDescriptors: descriptorCount, processorSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime))
  }

  private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

  /// The second number of statm.
  private static var residentPages: UInt64? {
    let descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = read(descriptor, &buffer, buffer.count)
    let numbers = buffer.prefix(max(0, count)).split(separator: UInt8(ascii: " "))
    return numbers.count > 1 ? UInt64(String(decoding: numbers[1], as: UTF8.self)) : nil
  }

  private static var descriptorCount: Int? {
    guard let folder = opendir("/proc/self/fd") else { return nil }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    // Without ".", ".." and the descriptor of the folder itself.
    return max(0, count - 3)
  }
}
