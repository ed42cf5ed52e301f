import Faces

extension LabelRecord {
  /// The record as one line of JSON without the line feed.
  ///
  /// Written by hand because it happens for every frame and the order of the keys is part of the format,
  /// which Foundation's encoder does not keep.
  public var json: String {
    var line = "{\"time\":\"" + RFC3339.string(nanosecondsSince1970: wallClockNanoseconds) + "\""
    if let cameraName { line += ",\"camera_name\":" + JSONText.quoted(cameraName) }
    line += ",\"frame\":\(frame),\"width\":\(width),\"height\":\(height)"
    if let file { line += ",\"file\":" + JSONText.quoted(file) }
    line += ",\"faces\":["
    for (index, face) in faces.enumerated() {
      if index > 0 { line += "," }
      line += "{\"id\":\(face.id),\"box\":{\"x\":\(face.box.x),\"y\":\(face.box.y)"
      line += ",\"width\":\(face.box.width),\"height\":\(face.box.height)}"
      line += ",\"emotion\":\"\(face.emotion.name)\",\"confidence\":" + JSONText.fraction(face.confidence)
      line += ",\"uncertain\":\(face.isUncertain),\"scores\":{"
      for emotion in Emotion.allCases {
        if emotion != .anger { line += "," }
        line += "\"\(emotion.name)\":" + JSONText.fraction(face.scores[emotion])
      }
      line += "}}"
    }
    return line + "]}"
  }
}

/// Pieces of JSON text (RFC 8259).
public enum JSONText {
  /// A string in quotation marks, with what must be escaped escaped.
  public static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// A number from 0 to 1 with four decimals, rounded to nearest. What is beyond becomes the nearer of the two, and what
  /// is no number 0.
  public static func fraction(_ value: Float) -> String {
    // Compared so, what is no number is not converted, which would end the program.
    let tenThousandths = value > 0 ? Int((min(value, 1) * 10_000).rounded()) : 0
    if tenThousandths >= 10_000 { return "1.0000" }
    let digits = String(tenThousandths)
    return "0." + String(repeating: "0", count: 4 - digits.count) + digits
  }
}

/// Times as RFC 3339 writes them, in UTC with milliseconds.
public enum RFC3339 {
  /// For example `2026-03-01T12:34:56.789Z`.
  public static func string(nanosecondsSince1970 nanoseconds: UInt64) -> String {
    let milliseconds = nanoseconds / 1_000_000
    let seconds = milliseconds / 1000
    let (year, month, day) = civilDate(daysSince1970: Int(seconds / 86_400))
    let secondOfDay = Int(seconds % 86_400)
    return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2) + "T"
      + padded(secondOfDay / 3600, 2) + ":" + padded(secondOfDay / 60 % 60, 2) + ":"
      + padded(secondOfDay % 60, 2) + "." + padded(Int(milliseconds % 1000), 3) + "Z"
  }

  /// Year, month and day of the proleptic Gregorian calendar: eras of 400 years that begin in March.
  private static func civilDate(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }

  private static func padded(_ value: Int, _ digits: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
