import Foundation
import NeuralNetwork

/// What training minimises.
public enum TrainingLoss: String, Sendable, Codable {
  /// Cross-entropy of the outputs' softmax.
  case softmaxCrossEntropy
  /// Cross-entropy of the outputs divided by their sum, as Keras takes outputs that no softmax made: what the
  /// notebook's MLP, whose last layer ends in a ReLU, was trained with. Outputs that are all 0 count as equal ones;
  /// Keras divides 0 by 0 there.
  case normalizedCrossEntropy

  /// Keras's bound: probabilities are kept this far from 0 and 1.
  private static let epsilon = 1e-7

  /// The mean loss, and its gradient by the outputs.
  ///
  /// - Parameters:
  ///   - outputs: [images, classes].
  ///   - targets: [images, classes], each row a distribution.
  ///   - classCount: Values of a row.
  ///   - gradient: Where the gradient goes; nil where nobody asks for it.
  public func loss(
    outputs: UnsafeBufferPointer<Float>, targets: UnsafeBufferPointer<Float>, classCount: Int,
    gradient: UnsafeMutablePointer<Float>? = nil
  ) -> Double {
    switch self {
    case .softmaxCrossEntropy:
      return SoftmaxCrossEntropy.loss(
        logits: outputs, targets: targets, classCount: classCount, gradient: gradient)
    case .normalizedCrossEntropy:
      let images = outputs.count / classCount
      var total = 0.0
      for image in 0..<images {
        let row = image * classCount..<(image + 1) * classCount
        total += Self.normalizedLoss(row, outputs, targets, scale: 1 / Double(images), gradient: gradient)
      }
      return total / Double(images)
    }
  }

  /// With p = y / Σy: -Σ t log p, whose gradient by y is (Σt - t / p) / Σy; where p is cut off its part is 0.
  private static func normalizedLoss(
    _ row: Range<Int>, _ outputs: UnsafeBufferPointer<Float>, _ targets: UnsafeBufferPointer<Float>,
    scale: Double, gradient: UnsafeMutablePointer<Float>?
  ) -> Double {
    let sum = row.reduce(0.0) { $0 + Double(outputs[$1]) }
    // Neither above 0 nor not: training that diverges is noticed by it.
    if sum.isNaN { return .nan }
    guard sum > 0 else {
      for place in row { gradient?[place] = 0 }
      return log(Double(row.count)) * row.reduce(0.0) { $0 + Double(targets[$1]) }
    }
    var loss = 0.0
    var inside = 0.0
    for place in row {
      let probability = Double(outputs[place]) / sum
      loss -= Double(targets[place]) * log(min(max(probability, epsilon), 1 - epsilon))
      if (epsilon...1 - epsilon).contains(probability) { inside += Double(targets[place]) }
    }
    for place in row {
      let probability = Double(outputs[place]) / sum
      let own = (epsilon...1 - epsilon).contains(probability) ? Double(targets[place]) / probability : 0
      gradient?[place] = Float((inside - own) / sum * scale)
    }
    return loss
  }
}
