import Imaging
import NeuralNetwork
import Tensors

/// Says how probable each emotion is for faces in a picture. Used by one thread at a time.
public protocol EmotionClassifier: AnyObject {
  /// One result a box, in their order.
  func classify(_ boxes: [PixelRectangle], in picture: Picture) -> [EmotionScores]
}

/// The trained VGG19, all faces of a picture as one batch.
public final class VGG19EmotionClassifier: EmotionClassifier {
  private let network: VGG19
  private let input: FloatStorage
  private static let inputCount = VGG19.inputSide * VGG19.inputSide

  /// Loads the weights.
  ///
  /// - Parameters:
  ///   - weightsPath: A safetensors file; where its metadata name labels, they must be ``Emotion``'s in their
  ///     order.
  ///   - maximumBatch: More faces than this are classified in several batches.
  ///   - pool: Who computes.
  /// - Throws: `WeightFileError`, which names the tensor and the reason.
  public init(weightsPath: String, maximumBatch: Int = 8, pool: WorkerPool) throws(WeightFileError) {
    let file = try Safetensors(path: weightsPath)
    let labels = Emotion.allCases.map(\.name).joined(separator: ",")
    if let actual = file.metadata["labels"], actual != labels {
      throw .wrongMetadata(key: "labels", expected: labels, actual: actual)
    }
    network = try VGG19(
      file: file, classCount: Emotion.allCases.count, maximumBatch: maximumBatch, pool: pool)
    input = FloatStorage(zeros: maximumBatch * Self.inputCount)
  }

  /// One result a box, in their order; see ``EmotionClassifier/classify(_:in:)``.
  public func classify(_ boxes: [PixelRectangle], in picture: Picture) -> [EmotionScores] {
    var scores: [EmotionScores] = []
    scores.reserveCapacity(boxes.count)
    var remaining = boxes[...]
    while !remaining.isEmpty {
      let batch = remaining.prefix(network.maximumBatch)
      remaining = remaining.dropFirst(batch.count)
      for (index, box) in batch.enumerated() {
        FacePreprocessing.writeInput(of: box, in: picture, to: input.base + index * Self.inputCount)
      }
      let logits = network.logits(for: input.base, count: batch.count)
      for index in 0..<batch.count {
        scores.append(
          EmotionScores(softmax(logits[index * network.classCount..<(index + 1) * network.classCount])))
      }
    }
    return scores
  }
}
