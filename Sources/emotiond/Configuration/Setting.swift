/// One thing that can be set: its name, what it is for, and how text becomes its value.
struct Setting: Sendable {
  /// When a change of the configuration file takes effect in a program that runs and is told to reload (SIGHUP).
  enum Effect: String, Sendable {
    case atOnce = "at once"
    case reopensCamera = "at once; the camera is opened anew"
    case nextStart = "from the next start on, not before"
  }

  /// Why a text is no value for a setting; for people.
  struct Refusal: Error, Equatable { let reason: String }

  /// Table and name in the configuration file: `http.listen`.
  let key: String
  /// What it is for, in one or two lines.
  let help: String
  /// How the value is written in the configuration file.
  let isQuoted: Bool
  /// The value as text.
  let read: @Sendable (Configuration) -> String
  /// When a reload puts it into force.
  private(set) var effect = Effect.nextStart
  private let writeText: @Sendable (inout Configuration, String) throws(Refusal) -> Void

  /// The environment variable: `EMOTIOND_HTTP_LISTEN`.
  var environmentName: String { "EMOTIOND_" + key.uppercased().replacing(".", with: "_") }

  private init(
    key: String, help: String, isQuoted: Bool, read: @escaping @Sendable (Configuration) -> String,
    writeText: @escaping @Sendable (inout Configuration, String) throws(Refusal) -> Void
  ) {
    self.key = key
    self.help = help
    self.isQuoted = isQuoted
    self.read = read
    self.writeText = writeText
  }

  /// What tells it apart from all other settings of a camera: `size`.
  var lastName: String { String(key.split(separator: ".").last ?? "") }

  /// The same setting with another effect of a reload.
  func reloading(_ effect: Effect) -> Setting {
    var setting = self
    setting.effect = effect
    return setting
  }

  /// Sets the value from text.
  func write(_ text: String, to configuration: inout Configuration) throws(Refusal) {
    try writeText(&configuration, text)
  }

  /// A line of the configuration file.
  func line(in configuration: Configuration) -> String {
    let name = key.split(separator: ".").dropFirst().joined(separator: ".")
    return name + " = " + (isQuoted ? Setting.quoted(read(configuration)) : read(configuration))
  }

  static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
      + "\""
  }

  static func text(
    _ key: String, _ path: WritableKeyPath<Configuration, String> & Sendable, _ help: String,
    offIsEmpty: Bool = false, accepts: @escaping @Sendable (String) -> String? = { _ in nil }
  ) -> Setting {
    Setting(key: key, help: help, isQuoted: true, read: { $0[keyPath: path] }) {
      (configuration, text) throws(Refusal) in
      let text = offIsEmpty && text == "off" ? "" : text
      if let reason = accepts(text) { throw Refusal(reason: reason) }
      configuration[keyPath: path] = text
    }
  }

  static func choice(
    _ key: String, _ path: WritableKeyPath<Configuration, String> & Sendable, _ choices: [String],
    _ help: String
  ) -> Setting {
    text(key, path, help + " One of: " + choices.joined(separator: ", ") + ".") { text in
      choices.contains(text) ? nil : "is none of " + choices.joined(separator: ", ")
    }
  }

  static func integer(
    _ key: String, _ path: WritableKeyPath<Configuration, Int> & Sendable, _ range: ClosedRange<Int>,
    _ help: String
  ) -> Setting {
    Setting(
      key: key, help: help + " \(range.lowerBound) to \(range.upperBound).", isQuoted: false,
      read: { String($0[keyPath: path]) }
    ) { (configuration, text) throws(Refusal) in
      guard let value = Int(text), range.contains(value) else {
        throw Refusal(reason: "is no whole number from \(range.lowerBound) to \(range.upperBound)")
      }
      configuration[keyPath: path] = value
    }
  }

  static func number(
    _ key: String, _ path: WritableKeyPath<Configuration, Double> & Sendable, _ range: ClosedRange<Double>,
    _ help: String
  ) -> Setting {
    Setting(
      key: key, help: help + " \(range.lowerBound) to \(range.upperBound).", isQuoted: false,
      read: { String($0[keyPath: path]) }
    ) { (configuration, text) throws(Refusal) in
      guard let value = Double(text), range.contains(value) else {
        throw Refusal(reason: "is no number from \(range.lowerBound) to \(range.upperBound)")
      }
      configuration[keyPath: path] = value
    }
  }

  static func flag(
    _ key: String, _ path: WritableKeyPath<Configuration, Bool> & Sendable, _ help: String
  ) -> Setting {
    Setting(key: key, help: help, isQuoted: false, read: { String($0[keyPath: path]) }) {
      (configuration, text) throws(Refusal) in
      switch text.lowercased() {
      case "true", "yes", "on", "1": configuration[keyPath: path] = true
      case "false", "no", "off", "0": configuration[keyPath: path] = false
      default: throw Refusal(reason: "is neither true nor false")
      }
    }
  }

  /// Pairs written `name=value,name=value`.
  static func pairs(
    _ key: String, _ path: WritableKeyPath<Configuration, [String: String]> & Sendable, _ help: String
  ) -> Setting {
    Setting(
      key: key, help: help, isQuoted: true,
      read: {
        $0[keyPath: path].sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
      }
    ) { (configuration, text) throws(Refusal) in
      var pairs: [String: String] = [:]
      for pair in text.split(separator: ",") {
        let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty else {
          throw Refusal(reason: "is not of the form name=value,name=value")
        }
        pairs[parts[0]] = parts[1]
      }
      configuration[keyPath: path] = pairs
    }
  }
}
