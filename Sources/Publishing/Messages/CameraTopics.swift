/// The topics of one camera, below its prefix.
struct CameraTopics: Sendable, Equatable {
  let prefix: String

  /// `online` while the program is connected, else `offline`; the broker says so itself when the program is gone.
  var availability: String { prefix + "/status" }
  /// What is seen now.
  var scene: String { prefix + "/state" }
  /// How the camera fares.
  var camera: String { prefix + "/camera" }
  /// Whole label records.
  var labels: String { prefix + "/labels" }
}
