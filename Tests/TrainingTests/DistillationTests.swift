import Foundation
import NeuralNetwork
import Tensors
import Testing

@testable import Training

/// Targets that another network gives.
@Suite struct DistillationTests {
  /// A row for each picture: what comes behind its label.
  private static func nextClass(of data: TrainingData) -> TeacherTargets {
    let rows = data.labels.map { label in
      (0..<SmallTask.classCount).map { Float($0 == (label + 1) % SmallTask.classCount ? 1 : 0) }
    }
    return TeacherTargets(probabilities: rows.flatMap { $0 }, classCount: SmallTask.classCount)
  }

  @Test func aTargetIsOfTheLabelAndOfTheTeacher() throws {
    let data = SmallTask.data(count: 12)
    let order = BatchOrder(
      places: [7, 2], batchSize: 2, input: try PlainInput(), labelSmoothing: 0.3, mixup: nil, seed: 1,
      epoch: 0, teacher: Self.nextClass(of: data), teacherShare: 0.25)
    let batch = Batch(maximumImages: 2, inputCount: order.input.count, classCount: SmallTask.classCount)
    batch.fill(order.places(ofBatch: 0), from: data, order: order, batch: 0, threads: 1)
    // Labels 1 and 2, smoothed 0.1, 0.1 and 0.8.
    let expected: [Float] = [0.075, 0.6, 0.325, 0.325, 0.075, 0.6]
    for (value, wanted) in zip(batch.targets.buffer, expected) { #expect(abs(value - wanted) < 1e-6) }
    #expect(batch.labels == [1, 2])
  }

  /// The gradient is the teacher's: a student that hears nobody else says what the teacher says, and not the labels.
  @Test func theStudentLearnsWhatTheTeacherSays() throws {
    var settings = SmallTask.settings
    settings.epochs = 12
    settings.mixup = nil
    settings.distillation = Distillation(share: 1, teacher: "the next class")
    var task = SmallTask.task(settings: settings)
    task.teacher = Self.nextClass(of: task.data)
    let pool = WorkerPool(workerCount: 2)
    let trainer = try Trainer(task: task, pool: pool)
    try trainer.run()
    let input = try PlainInput()
    let evaluator = Evaluator(layers: task.layers(48), inputCount: input.count, pool: pool)
    let logits = try #require(evaluator.logits(of: task.split.validation, in: task.data, input: input))
    let asTaught = task.split.validation.enumerated().count { row, place in
      let range = row * SmallTask.classCount..<(row + 1) * SmallTask.classCount
      return Evaluator.predicted(logits[range]) == (task.data.labels[place] + 1) % SmallTask.classCount
    }
    #expect(asTaught > task.split.validation.count * 3 / 4)
  }

  /// Answers are kept for the very teacher that gave them, and only whole.
  @Test func answersAreKept() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "teacher-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let file = TeacherFile(path: path)
    func kept(teacher: String = "a", places: [Int] = [0, 1], pictures: Int = 2, classCount: Int = 3)
      -> TeacherTargets?
    {
      file.targets(teacher: teacher, places: places, pictures: pictures, classCount: classCount)
    }
    #expect(kept() == nil)
    let targets = TeacherTargets(probabilities: [0.25, 0.5, 0.25, 0, 0, 1], classCount: 3)
    try file.write(targets, teacher: "a")
    #expect(kept() == targets)
    #expect(kept(teacher: "b") == nil)
    #expect(kept(pictures: 3) == nil)
    #expect(kept(pictures: 3, classCount: 2) == nil)
    try file.write(TeacherTargets(probabilities: [0.25, 2, 0.25, 0, 0, 1], classCount: 3), teacher: "a")
    #expect(kept() == nil)
    try Data("no tensors".utf8).write(to: URL(filePath: path))
    #expect(kept() == nil)
  }

  /// Where other pictures train now than when the teacher was asked, it is asked again.
  @Test func answersForOtherPicturesAreNotTaken() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "teacher-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let file = TeacherFile(path: path)
    let targets = TeacherTargets(
      probabilities: [0.25, 0.5, 0.25, 0, 0, 0, 0.1, 0.2, 0.7004], classCount: 3)
    try file.write(targets, teacher: "a")
    func kept(_ places: [Int]) -> TeacherTargets? {
      file.targets(teacher: "a", places: places, pictures: 3, classCount: 3)
    }
    #expect(kept([0]) == targets)
    #expect(kept([2, 0]) == targets)
    #expect(kept([0, 1]) == nil)
    try file.write(TeacherTargets(probabilities: [0.25, 0.5, 0.248], classCount: 3), teacher: "a")
    #expect(file.targets(teacher: "a", places: [0], pictures: 1, classCount: 3) == nil)
  }
}
