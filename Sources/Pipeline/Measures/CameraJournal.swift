import Capture
import Synchronization

/// Keeps the books of the camera's ups and downs, and tells the label stream of each.
final class CameraJournal: Sendable {
  private struct State {
    var status = CameraStatus()
    var reason: String?
    var description: String?
    var outageStart: MonotonicTime?
  }

  private let name: String?
  private let labels: LabelHub
  private let state: Mutex<State>

  /// - Parameters:
  ///   - device: The camera's device; nil for a source that is no camera, of which nothing is told.
  ///   - name: What it is called, where there are several.
  init(device: String?, name: String?, labels: LabelHub) {
    self.name = name
    self.labels = labels
    var state = State()
    state.status.device = device
    self.state = Mutex(state)
  }

  var status: CameraStatus { state.withLock { $0.status } }

  /// The first frame after an opening.
  func runs(description: String) { became(.running, reason: nil, description: description) }

  /// It is closed because nobody watches.
  func rests(reason: String) { became(.idle, reason: reason, description: nil) }

  /// It failed, or could not be opened.
  func failed(_ error: CaptureError) {
    let hasRun = state.withLock { $0.status.starts > 0 }
    became(CameraState(error, hasRun: hasRun), reason: error.description, description: nil)
  }

  private func became(_ new: CameraState, reason: String?, description: String?) {
    let now = MonotonicTime.now
    let device = state.withLock { state -> String? in
      guard let device = state.status.device else { return nil }
      if new == .running {
        state.status.starts += 1
        if let start = state.outageStart {
          state.status.lastOutageSeconds = Double(now.nanoseconds(since: start)) / 1e9
        }
      }
      if new.isFault {
        if state.outageStart == nil { state.outageStart = now }
        if state.status.state != new { state.status.faults[new.rawValue, default: 0] += 1 }
      } else {
        state.outageStart = nil
      }
      let isNews = state.status.state != new || state.reason != reason || state.description != description
      (state.status.state, state.reason, state.description) = (new, reason, description)
      return isNews ? device : nil
    }
    guard let device else { return }
    labels.publish(
      CameraRecord(
        wallClockNanoseconds: WallClock.nanosecondsSince1970(at: now), state: new, reason: reason,
        device: device, cameraName: name, description: description))
  }
}
