import Foundation
import TOMLKit

/// Puts a configuration together: defaults, then the file, then the environment, then the command line; the
/// later wins. Remembers where each value came from.
struct ConfigurationLayers {
  /// Where a value came from.
  enum Origin: Sendable, Equatable, CustomStringConvertible {
    case builtIn
    case file(path: String, line: Int?)
    case environment(name: String)
    case commandLine

    var description: String {
      switch self {
      case .builtIn: "default"
      case .file(let path, let line): line.map { "\(path), line \($0)" } ?? path
      case .environment(let name): "environment, \(name)"
      case .commandLine: "command line"
      }
    }
  }

  /// What is wrong with a configuration: the place and the reason.
  struct Failure: Error, Equatable, CustomStringConvertible {
    let place: String
    let reason: String
    var description: String { "\(place): \(reason)" }
  }

  private(set) var configuration = Configuration()
  private(set) var origins: [String: Origin] = [:]

  /// The value's origin.
  func origin(of key: String) -> Origin { origins[key] ?? .builtIn }

  /// Takes the settings of a TOML file.
  mutating func apply(file path: String) throws(Failure) {
    let text: String
    do { text = try String(contentsOfFile: path, encoding: .utf8) } catch {
      throw Failure(place: path, reason: "cannot be read: \(error.localizedDescription)")
    }
    let table: TOMLTable
    do { table = try TOMLTable(string: text) } catch let error as TOMLParseError {
      throw Failure(
        place: "\(path), line \(error.source.begin.line), column \(error.source.begin.column)",
        reason: error.description)
    } catch {
      throw Failure(place: path, reason: "\(error)")
    }
    let places = TOMLPlaces(text)
    for group in table.keys {
      guard let values = table[group]?.table else {
        throw Failure(place: path, reason: "\"\(group)\" belongs into a table like [http]")
      }
      if group == Self.camerasGroup {
        try apply(cameras: values, path: path, places)
      } else {
        try apply(values, of: group, path: path, places)
      }
    }
  }

  /// Takes the tables `[cameras.<name>]` in the order in which they stand.
  private mutating func apply(cameras: TOMLTable, path: String, _ places: TOMLPlaces) throws(Failure) {
    func place(of name: String) -> Int { places.line(of: name, in: Self.camerasGroup) ?? .max }
    for name in cameras.keys.sorted(by: { (place(of: $0), $0) < (place(of: $1), $1) }) {
      guard let values = cameras[name]?.table else {
        throw Failure(place: path, reason: "cameras.\(name) is no table: write [cameras.\(name)]")
      }
      try apply(values, of: "\(Self.camerasGroup).\(name)", path: path, places)
    }
  }

  private mutating func apply(_ values: TOMLTable, of group: String, path: String, _ places: TOMLPlaces)
    throws(Failure)
  {
    for name in values.keys {
      let key = "\(group).\(name)"
      let line = places.line(of: name, in: group)
      guard let value = values[name].flatMap(Self.text) else {
        throw Failure(place: place(path, line), reason: "\(key) is not a text, a number, true or false")
      }
      try set(key, to: value, origin: .file(path: path, line: line), place: place(path, line))
    }
  }

  private static let camerasGroup = "cameras"

  /// Takes the variables that begin with EMOTIOND_.
  mutating func apply(environment: [String: String]) throws(Failure) {
    for (name, value) in environment.sorted(by: { $0.key < $1.key })
    where name.hasPrefix("EMOTIOND_") && !Self.otherVariables.contains(name) {
      guard let setting = SettingTable.all.first(where: { $0.environmentName == name }) else {
        throw Failure(
          place: "environment",
          reason: "\(name) is no setting"
            + Self.suggestion(for: name, among: SettingTable.all.map(\.environmentName)))
      }
      try set(setting.key, to: value, origin: .environment(name: name), place: "environment, \(name)")
    }
  }

  /// Leaves out the cameras that were named so far: something else is to be watched.
  mutating func dropCameras() {
    configuration.cameras = []
    origins = origins.filter { !$0.key.hasPrefix("\(Self.camerasGroup).") }
  }

  /// Takes what was given on the command line.
  mutating func apply(commandLine values: [(key: String, value: String, flag: String)]) throws(Failure) {
    for (key, value, flag) in values { try set(key, to: value, origin: .commandLine, place: flag) }
  }

  /// Variables of the same prefix that are not settings.
  static let otherVariables: Set<String> = ["EMOTIOND_CONFIG"]

  /// The whole configuration as a file, each value with its origin.
  func printed() -> String {
    var lines: [String] = []
    var group = ""
    for setting in SettingTable.all {
      let settingGroup = String(setting.key.prefix { $0 != "." })
      if settingGroup != group {
        if !group.isEmpty { lines.append("") }
        lines.append("[\(settingGroup)]")
        group = settingGroup
      }
      lines.append("\(setting.line(in: configuration))  # \(origin(of: setting.key))")
    }
    for camera in configuration.cameras {
      lines.append("")
      lines.append("[\(Self.camerasGroup).\(camera.name)]")
      for setting in SettingTable.ofCameras where camera.values[setting.key] != nil {
        let key = "\(Self.camerasGroup).\(camera.name).\(setting.lastName)"
        lines.append(
          "\(setting.line(in: configuration.configuration(for: camera)))  # \(origin(of: key))")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private mutating func set(
    _ key: String, to value: String, origin: Origin, place: String
  ) throws(Failure) {
    let parts = key.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    if parts.count == 3, parts[0] == Self.camerasGroup {
      do { try configuration.set(String(parts[2]), to: value, ofCamera: String(parts[1])) } catch {
        throw Failure(place: place, reason: "\(key): \(error.reason)")
      }
      let name = Configuration.cameraSetting(String(parts[2]))?.lastName ?? ""
      origins["\(Self.camerasGroup).\(parts[1]).\(name)"] = origin
      return
    }
    guard let setting = SettingTable.setting(key) else {
      throw Failure(
        place: place,
        reason: "\(key) is no setting" + Self.suggestion(for: key, among: SettingTable.all.map(\.key)))
    }
    do { try setting.write(value, to: &configuration) } catch {
      throw Failure(place: place, reason: "\(key): \"\(value)\" \(error.reason)")
    }
    origins[key] = origin
  }

  private func place(_ path: String, _ line: Int?) -> String { line.map { "\(path), line \($0)" } ?? path }

  private static func text(_ value: any TOMLValueConvertible) -> String? {
    switch value.type {
    case .string: value.string
    case .int: value.int.map { String($0) }
    case .double: value.double.map { String($0) }
    case .bool: value.bool.map { String($0) }
    case .table:
      // [camera.controls] as a table of its own.
      value.table.flatMap { table in
        let pairs = table.keys.sorted().map { name in table[name].flatMap(text).map { "\(name)=\($0)" } }
        return pairs.contains { $0 == nil } ? nil : pairs.compactMap(\.self).joined(separator: ",")
      }
    default: nil
    }
  }

  /// Names the setting that was probably meant.
  private static func suggestion(for name: String, among names: [String]) -> String {
    let nearest = names.map { ($0, distance(name, $0)) }.min { $0.1 < $1.1 }
    guard let nearest, nearest.1 <= 3 else { return "; `emotiond config --print` lists all" }
    return "; is \(nearest.0) meant?"
  }

  /// Levenshtein's distance.
  private static func distance(_ left: String, _ right: String) -> Int {
    var row = Array(0...right.count)
    for (leftIndex, leftCharacter) in left.enumerated() {
      var diagonal = row[0]
      row[0] = leftIndex + 1
      for (rightIndex, rightCharacter) in right.enumerated() {
        let substitution = diagonal + (leftCharacter == rightCharacter ? 0 : 1)
        diagonal = row[rightIndex + 1]
        row[rightIndex + 1] = min(substitution, diagonal + 1, row[rightIndex] + 1)
      }
    }
    return row[right.count]
  }
}
