import CV4L2

/// One control of a camera: what it is called and which values it takes.
struct CameraControl: Equatable {
  enum Kind: Equatable {
    case integer
    case integer64
    case boolean
    case menu
    case integerMenu
    case button
    case bitmask
    /// Texts and arrays, which have no place on a command line.
    case unsupported
  }

  struct MenuItem: Equatable {
    let index: Int64
    let name: String
  }

  /// Why a value cannot be set, in words.
  struct Refusal: Error, Equatable {
    let reason: String
  }

  let identifier: UInt32
  /// Normalised, see ``normalisedName(_:)``.
  let name: String
  let kind: Kind
  let minimum: Int64
  let maximum: Int64
  let step: UInt64
  let defaultValue: Int64
  let isReadOnly: Bool
  let isHeld: Bool

  /// Nil for what a driver lists beside its controls: headings, and controls that it has switched off.
  init?(_ answer: cv4l2_control) {
    let name = Self.normalisedName(text(answer.name))
    guard answer.type != cv4l2_control_type_class, answer.flags & cv4l2_control_flag_disabled == 0,
      !name.isEmpty
    else { return nil }
    identifier = answer.identifier
    self.name = name
    kind = Self.kind(of: answer)
    minimum = answer.minimum
    maximum = answer.maximum
    step = answer.step
    defaultValue = answer.default_value
    isReadOnly = answer.flags & cv4l2_control_flag_read_only != 0
    isHeld = answer.flags & cv4l2_control_flag_grabbed != 0
  }

  /// Lower case, with an underscore for each run of other characters than letters and digits between two of
  /// them: `Exposure Time, Absolute` is `exposure_time_absolute`, as for v4l2-ctl.
  static func normalisedName(_ name: String) -> String {
    name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.joined(separator: "_")
  }

  var hasMenu: Bool { kind == .menu || kind == .integerMenu }

  /// The number that a person's text stands for.
  ///
  /// - Parameter items: What the menu has, for controls with one.
  func value(of text: String, items: [MenuItem]) throws(Refusal) -> Int64 {
    if isReadOnly { throw Refusal(reason: "it can be read only") }
    if isHeld { throw Refusal(reason: "another program holds it") }
    if kind == .unsupported { throw Refusal(reason: "its values are no numbers, and cannot be set here") }
    if kind == .button { return 1 }
    if Self.normalisedName(text) == "default" { return defaultValue }
    guard let value = number(of: text, items: items), isPossible(value, items: items) else {
      throw Refusal(reason: "\(text) is no possible value; possible: \(possibleValues(items: items))")
    }
    return value
  }

  /// The possible values in words.
  func possibleValues(items: [MenuItem]) -> String {
    switch kind {
    case .boolean: "true or false"
    case .menu, .integerMenu: items.map { "\($0.index) (\($0.name))" }.joined(separator: ", ")
    case .button: "anything presses it"
    case .bitmask: "0 to 0x\(String(maximum, radix: 16)), as a mask of bits"
    case .integer, .integer64, .unsupported:
      "\(minimum) to \(maximum)" + (step > 1 ? " in steps of \(step)" : "") + ", default \(defaultValue)"
    }
  }

  private func number(of text: String, items: [MenuItem]) -> Int64? {
    if kind == .boolean {
      switch text.lowercased() {
      case "true", "on", "yes", "1": return 1
      case "false", "off", "no", "0": return 0
      default: return nil
      }
    }
    if hasMenu {
      let name = Self.normalisedName(text)
      if let item = items.first(where: { Self.normalisedName($0.name) == name && !name.isEmpty }),
        kind == .menu
      {
        return item.index
      }
    }
    if text.lowercased().hasPrefix("0x") { return Int64(text.dropFirst(2), radix: 16) }
    return Int64(text)
  }

  private func isPossible(_ value: Int64, items: [MenuItem]) -> Bool {
    switch kind {
    case .menu, .integerMenu: items.contains { $0.index == value }
    case .bitmask: value >= 0 && value & ~maximum == 0
    default: value >= minimum && value <= maximum
    }
  }

  private static func kind(of answer: cv4l2_control) -> Kind {
    // An array of numbers has the type of its elements.
    if answer.elements > 1 { return .unsupported }
    switch answer.type {
    case cv4l2_control_type_integer: return .integer
    case cv4l2_control_type_integer64: return .integer64
    case cv4l2_control_type_boolean: return .boolean
    case cv4l2_control_type_menu: return .menu
    case cv4l2_control_type_integer_menu: return .integerMenu
    case cv4l2_control_type_button: return .button
    case cv4l2_control_type_bitmask: return .bitmask
    default: return .unsupported
    }
  }
}
