import Evaluation
import Foundation
import NeuralNetwork
import WeightExchange

/// Keeps a teacher's answers in a run's folder: asked again, by another number of workers perhaps, the teacher would answer
/// with other last bits, and a run that goes on would not be the one that was cut off.
struct TeacherFile {
  let path: String

  private static let tensorName = "probabilities"
  private static let teacherKey = "teacher"
  /// Probabilities add up to 1 but for rounding.
  private static let tolerance: Float = 1e-3

  /// The answers, where the file has those of this teacher for as many pictures and, among them, for those that train; a
  /// file of which nothing can be taken is none.
  ///
  /// - Parameters:
  ///   - teacher: Its fingerprint.
  ///   - places: The training pictures' places.
  ///   - pictures: How many pictures the data set has.
  ///   - classCount: Numbers of a row.
  func targets(teacher: String, places: [Int], pictures: Int, classCount: Int) -> TeacherTargets? {
    guard let file = try? Safetensors(path: path), file.metadata[Self.teacherKey] == teacher,
      let values = try? file.tensor(Self.tensorName, shape: [pictures, classCount]).array,
      values.allSatisfy({ (0...1).contains($0) })
    else { return nil }
    // A row of zeros is one of a picture that did not train when the teacher was asked.
    let isWhole = places.allSatisfy { place in
      let sum = values[place * classCount..<(place + 1) * classCount].reduce(0, +)
      return abs(sum - 1) <= Self.tolerance
    }
    guard isWhole else { return nil }
    return TeacherTargets(probabilities: values, classCount: classCount)
  }

  /// - Throws: `WeightExportError`.
  func write(_ targets: TeacherTargets, teacher: String) throws(WeightExportError) {
    let shape = [targets.probabilities.count / targets.classCount, targets.classCount]
    try SafetensorsWriter(metadata: [Self.teacherKey: teacher]).write(
      [NamedTensor(name: Self.tensorName, shape: shape, values: targets.probabilities)], to: path)
  }
}

extension ExperimentRun {
  /// The file of the teacher's answers within the folder.
  public static let teacherName = "teacher.safetensors"

  /// Takes a teacher's answers for the training pictures as part of their targets: those that the folder has, else the
  /// teacher is asked.
  ///
  /// - Parameters:
  ///   - teacher: The one that the experiment's settings name.
  ///   - report: Told how many pictures of how many are done; throwing ends the work.
  /// - Throws: ``TeacherError``, `EvaluationError`, `WeightExportError`, and what `report` throws.
  public func learn(from teacher: Teacher, report: (_ done: Int, _ total: Int) throws -> Void) throws {
    precondition(experiment.settings.distillation?.teacher == teacher.fingerprint)
    try teacher.check(experiment)
    let file = TeacherFile(path: "\(folder)/\(Self.teacherName)")
    let kept = file.targets(
      teacher: teacher.fingerprint, places: split.train, pictures: data.pictures.count,
      classCount: data.classNames.count)
    if let kept {
      teacherTargets = kept
      return
    }
    let targets = try teacher.targets(of: split.train, in: data.pictures) {
      try report($0, split.train.count)
    }
    try file.write(targets, teacher: teacher.fingerprint)
    teacherTargets = targets
  }
}
