import Foundation

/// Cross-entropy between softmax probabilities and targets, averaged over the batch: -Σ t_i log p_i.
public enum SoftmaxCrossEntropy {
  /// Target probabilities of a class, smoothed: 1 - ε + ε / classes for the class, ε / classes for the others (C.
  /// Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", CVPR 2016, section 7).
  public static func target(label: Int, classCount: Int, smoothing: Float = 0) -> [Float] {
    precondition((0..<classCount).contains(label) && (0...1).contains(smoothing))
    var target = [Float](repeating: smoothing / Float(classCount), count: classCount)
    target[label] += 1 - smoothing
    return target
  }

  /// The mean loss and its gradient.
  ///
  /// - Parameters:
  ///   - logits: [images, classes].
  ///   - targets: [images, classes], each row a distribution.
  ///   - classCount: Values of a row.
  ///   - gradient: Where the gradient by the logits goes, (p - t) / images; nil where nobody asks for it.
  /// - Returns: The mean over the images.
  public static func loss(
    logits: UnsafeBufferPointer<Float>, targets: UnsafeBufferPointer<Float>, classCount: Int,
    gradient: UnsafeMutablePointer<Float>? = nil
  ) -> Double {
    precondition(logits.count == targets.count && logits.count % classCount == 0 && !logits.isEmpty)
    let images = logits.count / classCount
    var total = 0.0
    for image in 0..<images {
      let row = image * classCount..<(image + 1) * classCount
      // Subtracting the largest keeps exp from overflowing.
      let largest = Double(logits[row].max() ?? 0)
      let logSum = largest + log(logits[row].reduce(0.0) { $0 + exp(Double($1) - largest) })
      for place in row {
        let logProbability = Double(logits[place]) - logSum
        let target = Double(targets[place])
        // Not 0 * -infinity.
        if target != 0 { total -= target * logProbability }
        gradient?[place] = Float((exp(logProbability) - target) / Double(images))
      }
    }
    return total / Double(images)
  }
}
