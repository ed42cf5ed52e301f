import Capture
import Faces
import Foundation
import NeuralNetwork

/// How the program ends (sysexits.h).
enum ExitStatus: Int32, Sendable {
  case done = 0
  case usage = 64
  case badData = 65
  case noInput = 66
  case unavailable = 69
  case inputOutput = 74
  case configuration = 78
}

/// Ends a command: one line for people and an exit code.
struct CommandFailure: Error, Equatable {
  let status: ExitStatus
  let message: String
}

extension CommandFailure {
  init(_ error: CaptureError) {
    let status: ExitStatus =
      switch error {
      case .notFound(let path): path.hasPrefix("/dev/") ? .unavailable : .noInput
      case .notPermitted(let path): path.hasPrefix("/dev/") ? .unavailable : .noInput
      case .deviceBusy, .notACamera, .noUsableFormat, .deviceLost, .differentCamera, .formatChanged, .stalled:
        .unavailable
      case .systemCall: .inputOutput
      case .control: .configuration
      case .unreadable: .badData
      case .programMissing: .unavailable
      }
    self.init(status: status, message: error.description)
  }

  /// A camera failed while the program ran, or at its start: whatever the reason, it is the device.
  init(camera error: CaptureError) {
    if case .control = error {
      self.init(error)
    } else {
      self.init(status: .unavailable, message: error.description)
    }
  }

  init(_ error: FaceError) {
    switch error {
    case .cascade: self.init(status: .configuration, message: error.description)
    case .detection: self.init(status: .inputOutput, message: error.description)
    }
  }

  init(model path: String, _ error: WeightFileError) {
    self.init(status: .configuration, message: "model \(path): \(error.description)")
  }
}

enum StandardError {
  /// Writes a text. What is not taken, on a full disk or after a reader has gone, is lost; `FileHandle.write(_:)` would
  /// end the program there.
  static func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}

/// Standard error, for people.
enum Diagnostics {
  /// Writes one line: `emotiond: message`.
  static func report(_ message: String) {
    StandardError.write("emotiond: \(message)\n")
  }
}
