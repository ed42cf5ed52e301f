import Glibc

/// One sentence: what failed, on what, why, and what to do. It is shown on the command line, in the log, in
/// systemd's status and on the placeholder picture alike, so it is written once, here.
extension CaptureError: CustomStringConvertible {
  /// What failed, on what, why, and what to do.
  public var description: String {
    switch self {
    case .notFound(let path):
      path.hasPrefix("/dev/")
        ? "\(path): there is no such device; `emotiond devices` lists the cameras"
        : "\(path): there is no such file"
    case .notPermitted(let path):
      "\(path): permission denied; for a camera, add the user to the group video"
    case .deviceBusy(let path, let holder):
      "\(path): the camera is in use by \(holder ?? "another program"); close that program"
    case .notACamera(let path, let what):
      "\(path): this is \(what), not a camera; `emotiond devices` lists the cameras"
    case .noUsableFormat(let path, let offered):
      "\(path): the camera offers no format that can be used"
        + (offered.isEmpty ? "" : " (it offers \(offered.joined(separator: ", ")))")
    case .deviceLost(let path): "\(path): the camera is gone; plug it in again"
    case .differentCamera(let path, let found, let wanted):
      "\(path): this is \(found) now; waiting for \(wanted)"
    case .formatChanged(let path): "\(path): the camera's picture format changed; it is opened anew"
    case .stalled(let path, let seconds):
      "\(path): no frame for \(Int(seconds.rounded())) s; the camera is opened anew"
    case .systemCall(let name, let path, let errno):
      "\(path): \(name) failed: \(String(cString: strerror(errno)))"
    case .control(let name, let path, let reason): "\(path): control \(name): \(reason)"
    case .unreadable(let path, let reason): "\(path): \(reason)"
    case .programMissing(let name, let package):
      "\(name) is not installed; install it with: apt-get install \(package)"
    }
  }
}
