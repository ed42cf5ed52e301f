import Datasets

/// Deeper networks, which the notebook leaves to the future.
extension NetworkExperiment {
  /// A wider and deeper perceptron with batch norm, on the notebook's split.
  public static func deepMLP(seed: UInt64) -> NetworkExperiment {
    var experiment = correctedMLP(seed: seed)
    experiment.name = "mlp-deep"
    experiment.title = "Multilayer perceptron, deeper"
    experiment.network = .deepPerceptron(hidden: [1024, 512, 512, 256, 128], dropout: 0.3)
    return experiment
  }

  /// Six convolutions 3x3 with batch norm, on the notebook's split.
  public static func deepCNN(seed: UInt64) -> NetworkExperiment {
    var experiment = correctedCNN(seed: seed)
    experiment.name = "cnn-deep"
    experiment.title = "Small CNN, deeper"
    experiment.network = .deepConvolutional(widths: [64, 128, 256], dropout: 0.3)
    experiment.settings.batchSize = 64
    return experiment
  }
}
