import Foundation

/// Hundredths of a second that a process has computed so far; nil where it is gone.
///
/// How far a program has come by its own measure, whatever else the machine does: fields 14 and 15 of
/// `/proc/PID/stat`, in ticks of `sysconf(_SC_CLK_TCK)`, which is 100 on Linux.
public func processorTicks(of process: Int32) -> Int? {
  guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return nil }
  // The name before it may have spaces and brackets; behind its end stands field 3, the state.
  guard let end = text.lastIndex(of: ")") else { return nil }
  let fields = text[end...].split(separator: " ")
  guard fields.count > 13, fields[1] != "Z", let user = Int(fields[12]), let system = Int(fields[13]) else {
    return nil
  }
  return user + system
}
