/// Why a source cannot be opened or cannot go on. The text for people is made where the command line is.
public enum CaptureError: Error, Equatable, Sendable {
  /// There is no such device, file or index.
  case notFound(path: String)
  /// The file permissions forbid it.
  case notPermitted(path: String)
  /// Another program streams from the device; its name and process where /proc tells.
  case deviceBusy(path: String, holder: String?)
  /// The node is no camera: a metadata node, an output, an encoder.
  case notACamera(path: String, what: String)
  /// The camera offers nothing that can be used; what it offers.
  case noUsableFormat(path: String, offered: [String])
  /// The device went away while it was open.
  case deviceLost(path: String)
  /// Where the camera was, there is another one now.
  case differentCamera(path: String, found: String, wanted: String)
  /// The picture that comes in has another format than was agreed.
  case formatChanged(path: String)
  /// No frame for longer than the limit.
  case stalled(path: String, seconds: Double)
  /// A system call failed with an error that has no case of its own.
  case systemCall(name: String, path: String, errno: Int32)
  /// The control does not exist, or refuses the value.
  case control(name: String, path: String, reason: String)
  /// A file or stream that is not what it should be: the place and the reason.
  case unreadable(path: String, reason: String)
  /// A program that is needed is not installed.
  case programMissing(name: String, package: String)
}
