import Datasets
import NeuralNetwork

extension NetworkExperiment {
  /// All experiments with networks, in the notebook's order; each `corrected` twin after its original.
  public static func all(seed: UInt64) -> [NetworkExperiment] {
    [
      mlp(seed: seed), correctedMLP(seed: seed), deepMLP(seed: seed), cnn(seed: seed),
      correctedCNN(seed: seed),
      deepCNN(seed: seed),
      transfer(seed: seed), correctedTransfer(seed: seed), vgg19(seed: seed), correctedVGG19(seed: seed),
      best(seed: seed),
    ]
  }

  private static func lossWatch() -> Watch {
    var watch = Watch(figure: .validationLoss, restoresBest: true)
    watch.stopPatience = 7
    watch.reducePatience = 5
    watch.reduceFactor = 0.05
    return watch
  }

  private static func accuracyWatch() -> Watch {
    var watch = Watch(figure: .validationAccuracy, restoresBest: true)
    watch.stopPatience = 11
    watch.stopDelta = 0.00005
    watch.reducePatience = 7
    watch.reduceFactor = 0.5
    watch.minimumRate = 1e-7
    return watch
  }

  private static func adam(epochs: Int, batchSize: Int, rate: Float, seed: UInt64) -> TrainingSettings {
    TrainingSettings(
      epochs: epochs, batchSize: batchSize, optimizer: .kerasAdam, schedule: .constant(rate), seed: seed)
  }

  /// The notebook's MLP, with its ReLU behind the last layer.
  public static func mlp(seed: UInt64) -> NetworkExperiment {
    NetworkExperiment(
      name: "mlp", title: "Multilayer perceptron",
      network: .perceptron(hidden: [512, 256, 128, 64, 16], dropout: 0.2, rectifiesOutput: true),
      evaluation: .notebook, trainingInput: .minMaxScaled, validationInput: .minMaxScaled,
      loss: .normalizedCrossEntropy, settings: adam(epochs: 100, batchSize: 8, rate: 1e-3, seed: seed),
      watch: lossWatch())
  }

  /// The same with a softmax behind the last layer, hidden layers that begin by He's rule, standardised pixels (ranges
  /// 0...1 push all weights of a unit the same way, until it is dead), batches of 64, weight decay, a lower rate and a
  /// plateau that lowers it sooner and less.
  public static func correctedMLP(seed: UInt64) -> NetworkExperiment {
    var experiment = mlp(seed: seed)
    experiment.name = "mlp-corrected"
    experiment.title = "Multilayer perceptron, corrected"
    experiment.network = .perceptron(hidden: [512, 256, 128, 64, 16], dropout: 0.2, rectifiesOutput: false)
    experiment.loss = .softmaxCrossEntropy
    (experiment.trainingInput, experiment.validationInput) = (.standardized, .standardized)
    experiment.settings = adam(epochs: 100, batchSize: 64, rate: 3e-4, seed: seed)
    experiment.settings.optimizer = experiment.settings.optimizer.decaying(by: 0.3)
    experiment.watch.reduceFactor = 0.3
    experiment.watch.reducePatience = 3
    return experiment
  }

  /// The notebook's CNN, without activations behind the convolutions, validated on augmented pictures.
  public static func cnn(seed: UInt64) -> NetworkExperiment {
    NetworkExperiment(
      name: "cnn", title: "Small CNN", network: .smallConvolutional(rectifies: false), evaluation: .notebook,
      trainingInput: .keras(.notebook), validationInput: .keras(.notebook), loss: .softmaxCrossEntropy,
      settings: adam(epochs: 100, batchSize: 8, rate: 1e-3, seed: seed), watch: lossWatch())
  }

  /// The same with ReLU behind the convolutions, which begin by He's rule, batches of 32, a plateau that lowers the rate
  /// sooner and less, validated on the pictures as they are.
  public static func correctedCNN(seed: UInt64) -> NetworkExperiment {
    var experiment = cnn(seed: seed)
    experiment.name = "cnn-corrected"
    experiment.title = "Small CNN, corrected"
    experiment.network = .smallConvolutional(rectifies: true)
    experiment.validationInput = .plain
    experiment.settings = adam(epochs: 100, batchSize: 32, rate: 1e-3, seed: seed)
    experiment.watch.reduceFactor = 0.3
    experiment.watch.reducePatience = 3
    return experiment
  }

  /// The notebook's transfer learning on a frozen VGG19.
  public static func transfer(seed: UInt64) -> NetworkExperiment {
    NetworkExperiment(
      name: "transfer", title: "VGG19, transfer learning", network: .transfer(hidden: [512, 384, 96, 32]),
      evaluation: .notebookVGG19, trainingInput: .keras(.notebook), validationInput: .keras(.notebook),
      loss: .softmaxCrossEntropy, settings: adam(epochs: 100, batchSize: 32, rate: 1e-3, seed: seed),
      watch: accuracyWatch())
  }

  /// The same with a batch norm in front of the dense layers, which begin by He's rule, and a lower rate, chosen on
  /// pictures that are not the test's and not augmented.
  public static func correctedTransfer(seed: UInt64) -> NetworkExperiment {
    var experiment = transfer(seed: seed)
    experiment.name = "transfer-corrected"
    experiment.title = "VGG19, transfer learning, corrected"
    experiment.network = .transfer(hidden: [512, 384, 96, 32], normalizesFeatures: true)
    experiment.settings = adam(epochs: 100, batchSize: 32, rate: 3e-4, seed: seed)
    experiment.evaluation = .leakFree
    experiment.validationInput = .plain
    return experiment
  }

  /// The notebook's VGG19 with every layer trained.
  public static func vgg19(seed: UInt64) -> NetworkExperiment {
    NetworkExperiment(
      name: "vgg19", title: "VGG19, fully trained",
      network: .vgg19(isBatchNormalized: false, dropout: 0), evaluation: .notebookVGG19,
      trainingInput: .keras(.notebook), validationInput: .keras(.notebook), loss: .softmaxCrossEntropy,
      settings: adam(epochs: 50, batchSize: 32, rate: 1e-4, seed: seed), watch: accuracyWatch())
  }

  /// The same, chosen on pictures that are not the test's and not augmented.
  public static func correctedVGG19(seed: UInt64) -> NetworkExperiment {
    var experiment = vgg19(seed: seed)
    experiment.name = "vgg19-corrected"
    experiment.title = "VGG19, fully trained, corrected"
    experiment.evaluation = .leakFree
    experiment.validationInput = .plain
    return experiment
  }

  /// What the daemon's network is trained with.
  public static func best(seed: UInt64) -> NetworkExperiment {
    var augmentation = Augmentation()
    augmentation.flipProbability = 0.5
    // Those that are spared are as sharp as the ones that the network is going to see.
    augmentation.warpProbability = 0.7
    augmentation.shift = 0.1
    augmentation.rotationDegrees = 15
    augmentation.scale = 0.85...1.15
    augmentation.brightness = 0.8...1.2
    augmentation.contrast = 0.8...1.2
    augmentation.erasing = RandomErasing(probability: 0.3, area: 0.02...0.2)
    var experiment = NetworkExperiment(
      name: "vgg19-best", title: "VGG19 with batch norm, as shipped",
      network: .vgg19(isBatchNormalized: true, dropout: 0.3), evaluation: .leakFree,
      trainingInput: .augmented(augmentation), validationInput: .plain, loss: .softmaxCrossEntropy,
      settings: TrainingSettings(
        epochs: 40, batchSize: 64, optimizer: .nesterov(momentum: 0.9, weightDecay: 5e-4),
        schedule: .cosine(peak: 0.02, warmUpEpochs: 1), labelSmoothing: 0.1,
        average: WeightAverage.Settings(decay: 0.999), seed: seed),
      watch: Watch(figure: .validationAccuracy, restoresBest: false))
    experiment.momentPictures = 4096
    return experiment
  }
}
