import Foundation

/// Where the nodes of cameras and the stable links to them are.
struct DeviceDirectory {
  /// `/dev`; another folder in tests.
  var root = "/dev"

  /// The folders in which udev keeps links that stay the same when nodes are renumbered.
  private var linkDirectories: [String] { ["\(root)/v4l/by-id", "\(root)/v4l/by-path"] }

  /// `/dev/video0` and so on, by number.
  func nodes() -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    let numbers = names.compactMap { name in
      name.hasPrefix("video") ? UInt32(name.dropFirst("video".count)) : nil
    }
    return numbers.sorted().map { "\(root)/video\($0)" }
  }

  /// The stable links to a node, those by the device's own name first.
  func stablePaths(of node: String) -> [String] {
    let target = realPath(node)
    return linkDirectories.flatMap { directory in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
      return names.sorted().map { "\(directory)/\($0)" }.filter { realPath($0) == target }
    }
  }

  /// The path that a device's name stands for: an index, a path, or the name of a node or a stable link.
  /// Not looked at: whether there is something.
  func path(of device: String) -> String {
    if device.contains("/") { return device }
    if let index = UInt32(device) { return "\(root)/video\(index)" }
    let candidates = ([root] + linkDirectories).map { "\($0)/\(device)" }
    return candidates.first { FileManager.default.fileExists(atPath: $0) } ?? candidates[0]
  }

  /// The path with all links followed; the path itself where there is nothing.
  func realPath(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
