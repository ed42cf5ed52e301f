import Foundation

/// Folders that systemd makes for a service (systemd.exec(5)): names without one are looked for there.
enum ServiceFolder: String {
  case state = "STATE_DIRECTORY"
  case credentials = "CREDENTIALS_DIRECTORY"

  /// The path of a file that may be named without its folder. Nothing changes where systemd gave no folder.
  func path(
    _ name: String, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String {
    // Several folders are separated by colons: the first is the unit's main one.
    guard !name.isEmpty, !name.hasPrefix("/"),
      let folder = environment[rawValue]?.split(separator: ":").first
    else { return name }
    return folder + "/" + name
  }
}
