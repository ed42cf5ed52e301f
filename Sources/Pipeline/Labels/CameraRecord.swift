import Capture

/// Where a camera stands, in the words of the label stream.
public enum CameraState: String, Sendable, CaseIterable {
  /// It gives frames.
  case running
  /// It was never there so far.
  case absent
  /// It was there and is gone.
  case lost
  /// Another program has it.
  case busy
  /// The file permissions forbid it.
  case denied
  /// It is there but sent nothing for too long.
  case frozen
  /// Its stream broke, or its driver answered nonsense.
  case broken
  /// Its picture has another format than was agreed.
  case changed
  /// It is no camera, has no usable format, or refuses a control.
  case unusable
  /// It is closed because nobody watches.
  case idle

  /// What a failure makes of it.
  ///
  /// - Parameter hasRun: Whether it gave frames before: a camera that is not there is then lost.
  init(_ error: CaptureError, hasRun: Bool) {
    self =
      switch error {
      case .notFound: hasRun ? .lost : .absent
      case .differentCamera, .deviceLost: .lost
      case .deviceBusy: .busy
      case .notPermitted: .denied
      case .stalled: .frozen
      case .systemCall, .unreadable: .broken
      case .formatChanged: .changed
      case .notACamera, .noUsableFormat, .control, .programMissing: .unusable
      }
  }

  /// Whether something is wrong.
  public var isFault: Bool { self != .running && self != .idle }
}

/// A line of the label stream that tells how the camera fares; one whenever that changes.
public struct CameraRecord: Sendable, Equatable {
  /// When it changed, in nanoseconds since 1970 (UTC).
  public var wallClockNanoseconds: UInt64
  /// What it changed to.
  public var state: CameraState
  /// Why, for people; nil while it runs.
  public var reason: String?
  /// The camera's device, as the configuration names it.
  public var device: String
  /// What the camera is called, where there are several.
  public var cameraName: String?
  /// What was agreed with it while it runs: `/dev/video0 (HD Webcam), 640x480 MJPG at 30 fps`.
  public var description: String?

  /// A record of one change.
  public init(
    wallClockNanoseconds: UInt64, state: CameraState, reason: String? = nil, device: String,
    cameraName: String? = nil, description: String? = nil
  ) {
    self.wallClockNanoseconds = wallClockNanoseconds
    self.state = state
    self.reason = reason
    self.device = device
    self.cameraName = cameraName
    self.description = description
  }

  /// The record as one line of JSON without the line feed. Told from a label record by its key `camera`.
  public var json: String {
    var line = "{\"time\":\"" + RFC3339.string(nanosecondsSince1970: wallClockNanoseconds) + "\""
    if let cameraName { line += ",\"camera_name\":" + JSONText.quoted(cameraName) }
    line += ",\"camera\":{\"state\":\"\(state.rawValue)\""
    if let reason { line += ",\"reason\":" + JSONText.quoted(reason) }
    line += ",\"device\":" + JSONText.quoted(device)
    if let description { line += ",\"description\":" + JSONText.quoted(description) }
    return line + "}}"
  }
}
