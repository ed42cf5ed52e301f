/// How much of the targets a trained network gives, and which network it is.
///
/// The network that is trained, the student, learns from the labels and from the probabilities that another one, the
/// teacher, gives each picture: G. Hinton, O. Vinyals, J. Dean, "Distilling the Knowledge in a Neural Network", 2015, here
/// with the teacher at its file's temperature and the student at 1; where the teacher is a network of the same kind,
/// T. Furlanello et al., "Born-Again Neural Networks", 2018.
public struct Distillation: Sendable, Codable, Equatable {
  /// The teacher's part of each target, above 0 and at most 1; the rest is the label's.
  public var share: Float
  /// A text that differs for different teachers: a run goes on only with the one that it began with.
  public var teacher: String

  /// - Precondition: The share is above 0 and at most 1.
  public init(share: Float, teacher: String) {
    precondition(share > 0 && share <= 1)
    self.share = share
    self.teacher = teacher
  }
}

/// The probabilities that a teacher gives pictures.
public struct TeacherTargets: Sendable, Equatable {
  /// Numbers of a row.
  public let classCount: Int
  /// [pictures, classes]; rows of pictures that do not train are 0.
  let probabilities: [Float]

  /// - Precondition: There are whole rows.
  init(probabilities: [Float], classCount: Int) {
    precondition(classCount > 0 && probabilities.count.isMultiple(of: classCount))
    self.probabilities = probabilities
    self.classCount = classCount
  }

  /// Makes a picture's target of its label into one of label and teacher.
  ///
  /// - Parameters:
  ///   - target: The label's distribution, classes, and afterwards (1 - share) of it and share of the teacher's.
  ///   - place: The picture's place in the data set.
  ///   - share: The teacher's part.
  func mix(into target: UnsafeMutablePointer<Float>, place: Int, share: Float) {
    for index in 0..<classCount {
      target[index] += share * (probabilities[place * classCount + index] - target[index])
    }
  }
}
