import NeuralNetwork
import Tensors

/// Measures the moments of batch norms anew: those that training gathered are of changed pictures, and of weights that
/// were other ones at every step, where an average of the weights is what will be used.
///
/// Source: P. Izmailov et al., "Averaging Weights Leads to Wider Optima and Better Generalization", UAI 2018, section 3.2,
/// for averaged weights; on pictures as they will be seen, H. Touvron et al., "Fixing the Train-Test Resolution
/// Discrepancy", NeurIPS 2019, section 4.
enum NormMoments {
  /// Pictures of a batch.
  static let batchSize = 64

  /// Sets the running moments of norms that are trained to the mean of the batches' moments, each by its pictures.
  ///
  /// - Parameters:
  ///   - layers: On their weights.
  ///   - places: Pictures to learn from.
  ///   - data: The data set.
  ///   - input: What is shown of them.
  ///   - pool: Who computes.
  ///   - report: Told how many pictures are done; throwing ends the work, with moments that are of no use.
  static func measure(
    _ layers: [any Layer], places: [Int], data: TrainingData, input: any PictureInput, pool: WorkerPool,
    report: (Int) throws -> Void
  ) rethrows {
    let network = SequentialNetwork(
      layers: layers, maximumImages: batchSize, isTrained: false, pool: pool)
    let batch = FloatStorage(zeros: batchSize * input.count)
    for start in stride(from: 0, to: places.count, by: batchSize) {
      let rows = places[start..<min(start + batchSize, places.count)]
      for (row, place) in rows.enumerated() {
        data.pictures.withPicture(at: place) {
          input.write($0, seed: 0, epoch: 0, index: place, into: batch.base + row * input.count)
        }
      }
      // Those of the first batch are taken whole, so what was there before does not matter.
      let share = Float(rows.count) / Float(start + rows.count)
      network.forward(batch.base, images: rows.count, isTraining: false) { layer, values in
        // Frozen ones were set up to compute what another network computes.
        guard let norm = layer as? BatchNormalizationLayer, !norm.isFrozen else { return }
        norm.takeMoments(of: values, images: rows.count, share: share, pool: pool)
      }
      try report(start + rows.count)
    }
  }
}
