import Foundation

/// Finds out who has a device open.
struct DeviceHolders {
  /// procfs; another folder in tests.
  var processDirectory = "/proc"
  /// This program's own process, which is not named.
  var ownProcess = ProcessInfo.processInfo.processIdentifier

  /// How many holders are named.
  private static let namedLimit = 3

  /// The programs that have the node open: `ffmpeg (process 1234)`, several with commas between. Nil where
  /// none is found; other users' processes tell only the superuser.
  func holder(of node: String) -> String? {
    let files = FileManager.default
    guard let entries = try? files.contentsOfDirectory(atPath: processDirectory) else { return nil }
    var found: [String] = []
    for process in entries.compactMap({ Int32($0) }).sorted() where process != ownProcess {
      let descriptors = "\(processDirectory)/\(process)/fd"
      let names = (try? files.contentsOfDirectory(atPath: descriptors)) ?? []
      let holdsIt = names.contains {
        (try? files.destinationOfSymbolicLink(atPath: "\(descriptors)/\($0)")) == node
      }
      if holdsIt { found.append("\(commandName(of: process)) (process \(process))") }
      if found.count == Self.namedLimit { break }
    }
    return found.isEmpty ? nil : found.joined(separator: ", ")
  }

  private func commandName(of process: Int32) -> String {
    let name = try? String(contentsOfFile: "\(processDirectory)/\(process)/comm", encoding: .utf8)
    guard let trimmed = name?.trimmingCharacters(in: .whitespacesAndNewlines), !trimmed.isEmpty else {
      return "a program"
    }
    return trimmed
  }
}
