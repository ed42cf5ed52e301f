import Datasets
import NeuralNetwork

/// What is trained, on what, and how.
public struct TrainingTask {
  /// Pictures and classes.
  public var data: TrainingData
  /// Which pictures train, choose and test.
  public var split: Split
  /// The network's parameters.
  public var store: ParameterStore
  /// The network for inputs of a side; built on ``store``.
  public var layers: (_ side: Int) -> [any Layer]
  /// What the network sees in training, for inputs of a side.
  public var trainingInput: (_ side: Int) throws -> any PictureInput
  /// What it sees in validation, which is always of the last epoch's side: so is what is made of the result.
  public var validationInput: (_ side: Int) throws -> any PictureInput
  /// What is minimised.
  public var loss: TrainingLoss
  /// What a teacher says of the training pictures, where the settings have a distillation; nil for no teacher.
  public var teacher: TeacherTargets?
  /// How it is trained.
  public var settings: TrainingSettings

  /// A task of these parts.
  public init(
    data: TrainingData, split: Split, store: ParameterStore,
    layers: @escaping (_ side: Int) -> [any Layer],
    trainingInput: @escaping (_ side: Int) throws -> any PictureInput,
    validationInput: @escaping (_ side: Int) throws -> any PictureInput,
    loss: TrainingLoss = .softmaxCrossEntropy, teacher: TeacherTargets? = nil, settings: TrainingSettings
  ) {
    self.data = data
    self.split = split
    self.store = store
    self.layers = layers
    self.trainingInput = trainingInput
    self.validationInput = validationInput
    self.loss = loss
    self.teacher = teacher
    self.settings = settings
  }

  /// Steps of an epoch.
  var batchCount: Int { (split.train.count + settings.batchSize - 1) / settings.batchSize }
}
