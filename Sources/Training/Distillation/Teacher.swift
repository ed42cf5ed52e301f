import Datasets
import Evaluation
import Foundation
import NeuralNetwork
import Tensors
import WeightExchange

/// A trained network whose answers are targets for another one.
public struct Teacher {
  /// Where its file is.
  public let path: String
  /// Differs for networks with other weights or another temperature.
  public let fingerprint: String

  private let classifier: PictureClassifier

  /// Opens a network.
  ///
  /// - Parameters:
  ///   - path: The daemon's weight file, or one of a run.
  ///   - pictures: The whole data set that it is to answer for, as ``TrainedModel/open(_:pictures:pool:)`` takes it.
  ///   - pool: Who computes.
  /// - Throws: ``TrainedModelError``, ``RunFolderError``, `SplitError`, ``TrainingError``.
  public init(path: String, pictures: FacePictures, pool: WorkerPool) throws {
    self.path = path
    classifier = try TrainedModel.open(path, pictures: pictures, pool: pool)
    let tensors: [NamedTensor]
    do { tensors = try TrainedModel.read(path).namedTensors() } catch let error as WeightFileError {
      throw TrainedModelError.weights(path: path, error)
    }
    fingerprint = "\(WeightFingerprint.text(of: tensors)) at temperature \(classifier.temperature)"
  }

  /// Checks that the network may teach an experiment.
  ///
  /// - Throws: ``TeacherError`` where it tells other classes apart, or has, as far as is known, seen pictures that the
  ///   experiment is judged by: it would tell the student of them.
  public func check(_ experiment: NetworkExperiment) throws(TeacherError) {
    guard classifier.labelling == experiment.labelling else {
      throw .otherClasses(path: path, classifier.labelling.classNames)
    }
    guard let parts = classifier.trainingParts else {
      throw .unknownParts(path: path, classifier.doubt ?? .unsaid)
    }
    guard parts.isFair(measuredOn: experiment.evaluation) else {
      throw .otherParts(path: path, teacher: parts, student: experiment.evaluation)
    }
  }

  /// Asks the network for its probabilities, at its file's temperature: the mean of a picture's and of its mirror
  /// image's.
  ///
  /// - Parameters:
  ///   - places: The pictures' places.
  ///   - pictures: The data set.
  ///   - report: Told how many pictures are done; throwing ends the work.
  /// - Returns: Targets for the pictures at these places.
  /// - Throws: `EvaluationError` for outputs that are not finite, and what `report` throws.
  func targets(
    of places: [Int], in pictures: FacePictures, report: (Int) throws -> Void
  ) throws -> TeacherTargets {
    let classCount = classifier.labelling.classNames.count
    let outputs = try classifier.outputs(
      of: places, in: pictures, views: classifier.acceptsViews ? .flip : .plain, report: report)
    let table = try outputs.probabilities(temperature: classifier.temperature)
    var probabilities = [Float](repeating: 0, count: pictures.count * classCount)
    for (row, place) in places.enumerated() {
      for (index, value) in table[row].enumerated() {
        probabilities[place * classCount + index] = Float(value)
      }
    }
    return TeacherTargets(probabilities: probabilities, classCount: classCount)
  }
}

/// Why a network may not teach.
public enum TeacherError: Error, Equatable, Sendable, CustomStringConvertible {
  /// It tells other classes apart than the experiment.
  case otherClasses(path: String, [String])
  /// Nobody knows which pictures it was trained on, and why not.
  case unknownParts(path: String, TrainingOrigin.Doubt)
  /// Pictures that the experiment chooses or tests with trained it.
  case otherParts(path: String, teacher: EvaluationProtocol, student: EvaluationProtocol)

  /// One line for the terminal.
  public var description: String {
    switch self {
    case .otherClasses(let path, let names):
      "the teacher \(path) tells \(names.joined(separator: ", ")) apart; it has to have the experiment's classes"
    case .unknownParts(let path, .otherData):
      "the teacher \(path) was trained on other data, so it may know pictures that the experiment is judged by; take one "
        + "that was trained on these"
    case .unknownParts(let path, .unknownStart):
      "nothing says which pictures trained what the teacher \(path) began with, so it may know those that the experiment "
        + "is judged by; take another one"
    case .unknownParts(let path, .unsaid):
      "nothing says which pictures trained the teacher \(path), so it may know those that the experiment is judged by; "
        + "take a file of a run, or one that `export` has written"
    case .otherParts(let path, let teacher, let student):
      "the teacher \(path) was trained on the parts \(teacher.name), so it knows pictures that an experiment on the parts "
        + "\(student.name) is judged by; take one that was trained on \(student.name)"
    }
  }
}
