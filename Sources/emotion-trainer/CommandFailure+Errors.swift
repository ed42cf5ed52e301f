import Datasets
import DurableFiles
import Evaluation
import Foundation
import NeuralNetwork
import SupportVectors
import Training
import WeightExchange

extension CommandFailure {
  /// The exit code and words of an error of any room; nil for one of the command line's own.
  init?(_ error: any Error) {
    switch error {
    case let failure as CommandFailure: self = failure
    case let error as DatasetError: self.init(status: Self.status(error), message: error.description)
    case let error as TrainedModelError: self.init(status: Self.status(error), message: error.description)
    case let error as WeightFileError: self.init(status: Self.status(error), message: error.description)
    case let error as KerasFileError:
      if case .unreadable = error.reason {
        self.init(status: .noInput, message: error.description)
      } else {
        self.init(status: .badData, message: error.description)
      }
    case let error as ComparisonError:
      if case .noResult = error {
        self.init(status: .noInput, message: error.description)
      } else {
        self.init(status: .badData, message: error.description)
      }
    case let error as TrainingError:
      if case .diverged = error {
        self.init(status: .unavailable, message: error.description)
      } else {
        self.init(status: .badData, message: error.description)
      }
    case let error as RunFolderError: self.init(status: Self.status(error), message: error.description)
    case let error as WeightExportError:
      if case .file = error {
        self.init(status: .inputOutput, message: error.description)
      } else if case .notFinite = error {
        self.init(status: .unavailable, message: error.description)
      } else {
        self.init(status: .badData, message: error.description)
      }
    case let error as ModelFileError:
      if case .file = error {
        self.init(status: .inputOutput, message: error.description)
      } else {
        self.init(status: .badData, message: error.description)
      }
    case let error as DaemonFileError: self.init(status: .badData, message: error.description)
    case let error as TeacherError: self.init(status: .badData, message: error.description)
    case let error as SplitError: self.init(status: .badData, message: error.description)
    case let error as ExperimentError: self.init(status: .badData, message: error.description)
    case let error as SupportVectorError:
      if case .cancelled = error {
        self = .stoppedWithoutTrace
      } else {
        self.init(status: .badData, message: error.description)
      }
    case let error as EvaluationError: self.init(status: .badData, message: error.description)
    case let error as AugmentationError: self.init(status: .usage, message: error.description)
    case let error as FileWriteError: self.init(status: .inputOutput, message: error.description)
    case let error as NPYWriterError: self.init(status: .inputOutput, message: error.description)
    case let error as FigureError: self.init(status: .inputOutput, message: error.description)
    case let error as ReportDocumentError: self.init(status: .inputOutput, message: error.description)
    case let error as TensorBoardError: self.init(status: .inputOutput, message: error.description)
    case let error as CocoaError: self.init(status: .inputOutput, message: error.localizedDescription)
    default: return nil
    }
  }

  /// SIGINT or SIGTERM came, and all that is needed to go on is kept.
  static let stopped = CommandFailure(
    status: .temporary, message: "stopped on request; the same command goes on from here")

  /// The same of a run that was begun anew: --fresh would begin it once more.
  static let stoppedFresh = CommandFailure(
    status: .temporary, message: "stopped on request; the same command without --fresh goes on from here")

  /// SIGINT or SIGTERM came in work of which nothing is kept before its end: measuring, support vectors.
  static let stoppedWithoutTrace = CommandFailure(
    status: .temporary,
    message: "stopped on request; nothing of this was kept, the same command begins it anew")

  /// Whether SIGINT or SIGTERM is what ended the work.
  var isRequested: Bool { [.stopped, .stoppedFresh, .stoppedWithoutTrace].contains(self) }

  private static func status(_ error: DatasetError) -> ExitStatus {
    guard case .systemCall(_, _, let code) = error else { return .badData }
    return [ENOENT, ENOTDIR, EACCES, EPERM].contains(code) ? .noInput : .inputOutput
  }

  private static func status(_ error: WeightFileError) -> ExitStatus {
    if case .unreadable = error { .noInput } else { .badData }
  }

  private static func status(_ error: TrainedModelError) -> ExitStatus {
    switch error {
    case .weights(_, let error): status(error)
    case .keras(let error): CommandFailure(error)?.status ?? .badData
    case .kerasTensor, .supportVectors, .otherLabels, .otherData: .badData
    }
  }

  private static func status(_ error: RunFolderError) -> ExitStatus {
    switch error {
    case .otherExperiment, .otherData, .otherStart, .holdsRun, .badDescription: .badData
    case .inUse: .temporary
    case .notCreatable, .notRemovable, .file: .inputOutput
    }
  }
}
