import DurableFiles
import Evaluation

/// Why a run cannot live in a folder.
public enum RunFolderError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The folder cannot be made; the system's reason.
  case notCreatable(path: String, reason: String)
  /// What an earlier run left cannot be removed.
  case notRemovable(path: String, reason: String)
  /// Another experiment, or the same with other settings, has begun here.
  case otherExperiment(path: String, name: String, sameName: Bool)
  /// The same experiment has begun here on other pictures.
  case otherData(path: String)
  /// The same experiment has begun here with other weights.
  case otherStart(path: String, begun: String, now: String)
  /// A run is there, and what has no run was to be written.
  case holdsRun(path: String)
  /// The file that says which experiment it is cannot be read.
  case badDescription(path: String, reason: String)
  /// Another process works in the folder.
  case inUse(path: String)
  /// It cannot be written.
  case file(FileWriteError)

  /// One line for the terminal.
  public var description: String {
    switch self {
    case .notCreatable(let path, let reason): "cannot make the folder \(path): \(reason)"
    case .notRemovable(let path, let reason): "cannot remove \(path): \(reason)"
    case .otherExperiment(let path, let name, let sameName):
      "\(path) holds a run of \(name)\(sameName ? " with other settings" : ""); choose another folder, or begin anew "
        + "with --fresh"
    case .otherData(let path):
      "\(path) holds a run on other pictures; choose another folder, or begin anew with --fresh"
    case .otherStart(let path, let begun, let now):
      "\(path) holds a run that began with \(begun) weights, not with \(now); choose another folder, or begin anew with "
        + "--fresh"
    case .holdsRun(let path):
      "\(path) holds a run, whose results this would replace; choose another folder"
    case .inUse(let path):
      "another emotion-trainer works in \(path); wait until it has ended, or choose another folder"
    case .badDescription(let path, let reason): "\(path): \(reason); begin anew with --fresh"
    case .file(let error): error.description
    }
  }
}
