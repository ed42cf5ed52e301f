import Pipeline

/// How a camera fares, as the broker is told.
struct CameraNews: Sendable, Equatable {
  /// The state of a film after its end.
  static let ended = "ended"

  /// A camera's state in the words of the label stream, or ``ended``.
  let state: String
  let wallClockNanoseconds: UInt64
  var reason: String?
  var device: String?
  var description: String?

  init(state: CameraState, wallClockNanoseconds: UInt64) {
    self.state = state.rawValue
    self.wallClockNanoseconds = wallClockNanoseconds
  }

  /// A source that is no camera came to its end.
  init(endedAt wallClockNanoseconds: UInt64, reason: String?) {
    state = Self.ended
    self.wallClockNanoseconds = wallClockNanoseconds
    self.reason = reason
  }

  init(_ record: CameraRecord) {
    state = record.state.rawValue
    wallClockNanoseconds = record.wallClockNanoseconds
    reason = record.reason
    device = record.device
    description = record.description
  }

  /// One line of JSON.
  func json(host: String, camera: String) -> String {
    var text = "{\"time\":\"" + RFC3339.string(nanosecondsSince1970: wallClockNanoseconds) + "\""
    text += ",\"host\":" + JSONText.quoted(host) + ",\"camera\":" + JSONText.quoted(camera)
    text += ",\"state\":\"\(state)\""
    for (key, value) in [("reason", reason), ("device", device), ("description", description)] {
      if let value { text += ",\"\(key)\":" + JSONText.quoted(value) }
    }
    return text + "}"
  }
}
