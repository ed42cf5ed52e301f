/// One of several cameras: `[cameras.<name>]` in the configuration file.
struct CameraEntry: Sendable, Equatable {
  /// Part of its path, `/cameras/<name>/`, and of its records.
  let name: String
  /// What differs from the settings that all cameras share; by key: `camera.size`.
  fileprivate(set) var values: [String: String] = [:]

  /// What holds of it while the program runs: the other's values, but for those that wait for the next start.
  func reloaded(from other: CameraEntry) -> CameraEntry {
    func waits(_ key: String) -> Bool { SettingTable.setting(key)?.effect == .nextStart }
    var entry = self
    entry.values = values.filter { waits($0.key) }
      .merging(other.values.filter { !waits($0.key) }, uniquingKeysWith: { own, _ in own })
    return entry
  }

  /// At the same time, in one program.
  static let maximumCount = 16

  /// Names are parts of addresses, topics and file names.
  static func isName(_ text: String) -> Bool {
    (1...32).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }

  /// What a text that names no camera should have been; for people.
  static let nameRule = "is no name of a camera: small letters, digits, - and _, 32 at most"
}

extension Configuration {
  /// What holds for one camera; for all of them where it is nil.
  func configuration(for camera: CameraEntry?) -> Configuration {
    var configuration = self
    configuration.cameras = []
    for (key, value) in camera?.values ?? [:] {
      // What was accepted when it was read is accepted again.
      try? SettingTable.setting(key)?.write(value, to: &configuration)
    }
    return configuration
  }

  /// Sets a value of one camera.
  ///
  /// - Parameter key: As for all cameras (`camera.size`), or its last part (`size`), which tells them apart.
  mutating func set(_ key: String, to value: String, ofCamera name: String) throws(Setting.Refusal) {
    guard CameraEntry.isName(name) else {
      throw Setting.Refusal(reason: "\"\(name.prefix(40))\" \(CameraEntry.nameRule)")
    }
    guard let setting = Self.cameraSetting(key) else {
      throw Setting.Refusal(
        reason: "\(key) is nothing that a single camera has; it has "
          + SettingTable.ofCameras.map(\.lastName).joined(separator: ", "))
    }
    var trial = self
    try setting.write(value, to: &trial)
    let value = setting.read(trial)
    if let index = cameras.firstIndex(where: { $0.name == name }) {
      cameras[index].values[setting.key] = value
    } else {
      guard cameras.count < CameraEntry.maximumCount else {
        throw Setting.Refusal(reason: "there are more than \(CameraEntry.maximumCount) cameras")
      }
      cameras.append(CameraEntry(name: name, values: [setting.key: value]))
    }
  }

  /// The setting of a camera that a name means.
  static func cameraSetting(_ key: String) -> Setting? {
    SettingTable.ofCameras.first { $0.key == key || $0.lastName == key }
  }
}
