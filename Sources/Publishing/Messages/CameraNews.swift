import Pipeline

/// How a camera fares, as the broker is told.
struct CameraNews: Sendable, Equatable {
  let state: CameraState
  let wallClockNanoseconds: UInt64
  var reason: String?
  var device: String?
  var description: String?

  init(state: CameraState, wallClockNanoseconds: UInt64) {
    self.state = state
    self.wallClockNanoseconds = wallClockNanoseconds
  }

  init(_ record: CameraRecord) {
    state = record.state
    wallClockNanoseconds = record.wallClockNanoseconds
    reason = record.reason
    device = record.device
    description = record.description
  }

  /// One line of JSON.
  func json(host: String, camera: String) -> String {
    var text = "{\"time\":\"" + RFC3339.string(nanosecondsSince1970: wallClockNanoseconds) + "\""
    text += ",\"host\":" + JSONText.quoted(host) + ",\"camera\":" + JSONText.quoted(camera)
    text += ",\"state\":\"\(state.rawValue)\""
    for (key, value) in [("reason", reason), ("device", device), ("description", description)] {
      if let value { text += ",\"\(key)\":" + JSONText.quoted(value) }
    }
    return text + "}"
  }
}
