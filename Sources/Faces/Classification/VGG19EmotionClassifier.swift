import Imaging
import NeuralNetwork
import Tensors

/// The trained VGG19, all faces of a picture as one batch.
public final class VGG19EmotionClassifier: BatchClassifier {
  private let network: VGG19
  private let input: FloatStorage
  private let temperature: Float
  private var flipDecision: FlipDecision
  private static let inputCount = VGG19.inputSide * VGG19.inputSide

  /// Temperatures that a weight file may name.
  private static let temperatures: ClosedRange<Float> = 0.05...20

  /// Loads the weights.
  ///
  /// - Parameters:
  ///   - weightsPath: A safetensors file; where its metadata name labels, they must be ``Emotion``'s in their
  ///     order; where they name a `temperature`, logits are divided by it (C. Guo et al., "On Calibration of Modern
  ///     Neural Networks", ICML 2017, equation 9), so that a confidence is how often the label is right.
  ///   - maximumBatch: More faces than this are classified in several batches.
  ///   - flipAveraging: Whether mirror images are classified too.
  ///   - pool: Who computes.
  /// - Throws: `WeightFileError`, which names the tensor and the reason.
  public init(
    weightsPath: String, maximumBatch: Int = 8, flipAveraging: FlipAveraging = .off, pool: WorkerPool
  ) throws(WeightFileError) {
    let file = try Safetensors(path: weightsPath)
    let labels = Emotion.allCases.map(\.name).joined(separator: ",")
    if let actual = file.metadata["labels"], actual != labels {
      throw .wrongMetadata(key: "labels", expected: labels, actual: actual)
    }
    var temperature: Float = 1
    if let text = file.metadata["temperature"] {
      guard let value = Float(text), Self.temperatures.contains(value) else {
        throw .wrongMetadata(
          key: "temperature", expected: "a number from 0.05 to 20", actual: String(text.prefix(40)))
      }
      temperature = value
    }
    self.temperature = temperature
    flipDecision = FlipDecision(flipAveraging)
    network = try VGG19(
      file: file, classCount: Emotion.allCases.count, maximumBatch: max(maximumBatch, 2), pool: pool)
    input = FloatStorage(zeros: network.maximumBatch * Self.inputCount)
  }

  /// Faces that are computed as one batch.
  public var maximumBatch: Int { network.maximumBatch }

  /// One result a box, in their order; see ``EmotionClassifier/classify(_:in:)``.
  public func classify(_ boxes: [PixelRectangle], in picture: Picture) -> [EmotionScores] {
    classify(boxes.map { FaceCrop(box: $0, picture: picture) })
  }

  /// One result a crop, in their order; the crops may be of several pictures.
  public func classify(_ crops: [FaceCrop]) -> [EmotionScores] {
    var scores: [EmotionScores] = []
    scores.reserveCapacity(crops.count)
    let flips = flipDecision.flips(faces: crops.count)
    let views = flips ? 2 : 1
    let start = ContinuousClock.now
    var remaining = crops[...]
    while !remaining.isEmpty {
      let batch = remaining.prefix(network.maximumBatch / views)
      remaining = remaining.dropFirst(batch.count)
      for (index, crop) in batch.enumerated() {
        let face = input.base + index * views * Self.inputCount
        FacePreprocessing.writeInput(of: crop.box, in: crop.picture, to: face)
        if flips { FacePreprocessing.writeMirrored(face, to: face + Self.inputCount) }
      }
      let logits = network.logits(for: input.base, count: batch.count * views)
      for index in 0..<batch.count { scores.append(probabilities(logits, face: index, views: views)) }
    }
    let duration = (ContinuousClock.now - start).components
    flipDecision.learn(
      inputs: crops.count * views,
      seconds: Double(duration.seconds) + Double(duration.attoseconds) * 1e-18)
    return scores
  }

  /// The mean of the views' probabilities.
  private func probabilities(_ logits: [Float], face: Int, views: Int) -> EmotionScores {
    let classes = network.classCount
    var sums = [Float](repeating: 0, count: classes)
    for view in 0..<views {
      let place = (face * views + view) * classes
      let row = Self.probabilities(of: logits[place..<place + classes], temperature: temperature)
      for index in 0..<classes { sums[index] += row[index] }
    }
    return EmotionScores(sums.map { $0 / Float(views) })
  }

  /// The softmax of logits divided by a temperature. Where they have overflowed, as those of weights that are huge though
  /// finite can, nothing is known: all are as probable, which everybody takes for uncertain.
  static func probabilities(of logits: some Collection<Float>, temperature: Float) -> [Float] {
    let row = softmax(logits.map { $0 / temperature })
    guard row.allSatisfy(\.isFinite) else {
      return [Float](repeating: 1 / Float(row.count), count: row.count)
    }
    return row
  }
}
