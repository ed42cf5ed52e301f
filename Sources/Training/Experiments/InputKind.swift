import Datasets

/// What a network sees of a picture, as a value.
public enum InputKind: Sendable, Codable, Equatable {
  /// Grey values, 0...1.
  case plain
  /// Every pixel scaled by its range over the training pictures.
  case minMaxScaled
  /// Every pixel brought to mean 0 and variance 1 over the training pictures.
  case standardized
  /// As Keras's ImageDataGenerator changes it.
  case keras(KerasAugmentation)
  /// Changed at random, for pictures of 48x48.
  case augmented(Augmentation)

  /// Whether there are inputs of other sides than the pictures' own.
  public var takesAnySide: Bool {
    switch self {
    case .plain, .augmented: true
    case .minMaxScaled, .standardized, .keras: false
    }
  }

  /// Whether the input of a picture follows from the training pictures too, so that there is no other view of it.
  public var isFitted: Bool {
    switch self {
    case .minMaxScaled, .standardized: true
    case .plain, .keras, .augmented: false
    }
  }

  /// The input for a side.
  ///
  /// - Parameters:
  ///   - side: Width and height in pixels.
  ///   - data: The data set.
  ///   - training: The training pictures.
  /// - Throws: `AugmentationError`; ``TrainingError/nothingToTrain`` where the input follows from training pictures and
  ///   there are none.
  func input(side: Int, data: TrainingData, training: [Int]) throws -> any PictureInput {
    if isFitted, training.isEmpty { throw TrainingError.nothingToTrain }
    switch self {
    case .plain: return try PlainInput(side: side)
    case .minMaxScaled: return ScaledInput(.range, fittedTo: data.pictures, indices: training)
    case .standardized: return ScaledInput(.standardized, fittedTo: data.pictures, indices: training)
    case .keras(let augmentation): return try KerasInput(augmentation)
    case .augmented(var augmentation):
      augmentation.outputSide = side
      return try AugmentedInput(augmentation)
    }
  }
}
