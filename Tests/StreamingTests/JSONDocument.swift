import Foundation

/// A JSON document, and as much of JSON Schema (2020-12) as the interface's description uses.
struct JSONDocument {
  struct NotAnObject: Error {}

  private let value: Any
  /// The whole, where it is an object; empty else.
  var root: [String: Any] { value as? [String: Any] ?? [:] }

  init(_ bytes: [UInt8]) throws {
    value = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
  }

  var paths: [String: [String: Any]] { root["paths"] as? [String: [String: Any]] ?? [:] }

  /// The paths that can be read: those with GET, in the order of the alphabet.
  var readPaths: [String] { paths.filter { $0.value["get"] != nil }.keys.sorted() }

  var schemas: [String: Any] {
    (root["components"] as? [String: Any])?["schemas"] as? [String: Any] ?? [:]
  }

  /// What a reference of the form `#/a/b` leads to.
  func resolve(_ reference: String) -> Any? {
    guard reference.hasPrefix("#/") else { return nil }
    return reference.dropFirst(2).split(separator: "/").reduce(Optional<Any>(root)) { value, key in
      (value as? [String: Any])?[String(key)]
    }
  }

  /// What is wrong with a value by a schema; nothing where it fits.
  func faults(of value: Any, against schema: Any, at place: String = "$") -> [String] {
    guard let schema = schema as? [String: Any] else { return ["\(place): the schema is none"] }
    let known: Set = [
      "type", "properties", "required", "additionalProperties", "items", "enum", "oneOf", "minimum",
      "maximum",
      "minLength", "description", "$ref", "default",
    ]
    var faults = schema.keys.filter { !known.contains($0) }.map { "\(place): the validator knows no \($0)" }
    if let reference = schema["$ref"] as? String {
      guard let target = resolve(reference) else { return ["\(place): \(reference) leads nowhere"] }
      faults += self.faults(of: value, against: target, at: place)
    }
    if let choices = schema["oneOf"] as? [Any] {
      let fitting = choices.count { self.faults(of: value, against: $0, at: place).isEmpty }
      if fitting != 1 { faults.append("\(place): fits \(fitting) of the choices") }
    }
    if let types = schema["type"] as? [String] ?? (schema["type"] as? String).map({ [$0] }) {
      if !types.contains(where: { Self.is(value, $0) }) { faults.append("\(place): is no \(types)") }
    }
    if let choices = schema["enum"] as? [AnyHashable], let value = value as? AnyHashable,
      !choices.contains(value)
    {
      faults.append("\(place): \(value) is none of \(choices)")
    }
    if let number = value as? NSNumber {
      if let minimum = schema["minimum"] as? Double, number.doubleValue < minimum {
        faults.append("\(place): is below \(minimum)")
      }
      if let maximum = schema["maximum"] as? Double, number.doubleValue > maximum {
        faults.append("\(place): is above \(maximum)")
      }
    }
    if let text = value as? String, let minimum = schema["minLength"] as? Int, text.count < minimum {
      faults.append("\(place): is too short")
    }
    return faults + membersFaults(of: value, against: schema, at: place)
  }

  private func membersFaults(of value: Any, against schema: [String: Any], at place: String) -> [String] {
    var faults: [String] = []
    if let array = value as? [Any], let items = schema["items"] {
      for (index, item) in array.enumerated() {
        faults += self.faults(of: item, against: items, at: "\(place)[\(index)]")
      }
    }
    guard let object = value as? [String: Any] else { return faults }
    for name in schema["required"] as? [String] ?? [] where object[name] == nil {
      faults.append("\(place): \(name) is missing")
    }
    let properties = schema["properties"] as? [String: Any] ?? [:]
    for (name, member) in object {
      if let property = properties[name] {
        faults += self.faults(of: member, against: property, at: "\(place).\(name)")
      } else if let others = schema["additionalProperties"] as? [String: Any] {
        faults += self.faults(of: member, against: others, at: "\(place).\(name)")
      } else if schema["additionalProperties"] as? Bool == false {
        faults.append("\(place): \(name) is not known")
      }
    }
    return faults
  }

  private static func `is`(_ value: Any, _ type: String) -> Bool {
    switch type {
    case "null": return value is NSNull
    case "boolean": return isBoolean(value)
    case "string": return value is String
    case "array": return value is [Any]
    case "object": return value is [String: Any]
    case "number": return value is NSNumber && !isBoolean(value)
    case "integer":
      guard let number = value as? NSNumber, !isBoolean(value) else { return false }
      return number.doubleValue == number.doubleValue.rounded()
    default: return false
    }
  }

  /// JSON's numbers can be cast to booleans too; what was written as one is of another type.
  private static func isBoolean(_ value: Any) -> Bool {
    (value as? NSNumber).map { String(cString: $0.objCType) == "c" } ?? false
  }
}
