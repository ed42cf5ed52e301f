import Datasets
import Evaluation
import NeuralNetwork

/// An experiment with a network: everything that decides its result, as a value.
public struct NetworkExperiment: Sendable, Codable, Equatable {
  /// Which figure is watched, and what follows from it.
  public struct Watch: Sendable, Codable, Equatable {
    /// What is watched.
    public var figure: WatchedFigure
    /// Epochs without a better value that end the run; nil for never.
    public var stopPatience: Int?
    /// By how much a value has to be better for that.
    public var stopDelta = 0.0
    /// Epochs without a better value that lower the rate; nil for never.
    public var reducePatience: Int?
    /// What the rate is multiplied by then.
    public var reduceFactor: Float = 1
    /// The rate does not fall below this.
    public var minimumRate: Float = 0
    /// Whether the best epoch's weights are the result, rather than the last one's.
    public var restoresBest: Bool

    /// Watches a figure.
    public init(figure: WatchedFigure, restoresBest: Bool) {
      self.figure = figure
      self.restoresBest = restoresBest
    }
  }

  /// The name on the command line.
  public var name: String
  /// A line for reports.
  public var title: String
  /// The network.
  public var network: NetworkKind
  /// Which pictures train, choose and test.
  public var evaluation: EvaluationProtocol
  /// What the network sees in training.
  public var trainingInput: InputKind
  /// What it sees in validation.
  public var validationInput: InputKind
  /// What is minimised.
  public var loss: TrainingLoss
  /// How it is trained.
  public var settings: TrainingSettings
  /// Which figure is watched.
  public var watch: Watch
  /// How many training pictures, as they are in validation, the norms' moments are measured on when the run has ended; nil
  /// for those that training gathered. Only where the last epoch's weights are the result.
  public var momentPictures: Int?
  /// Which classes are told apart.
  public var labelling = Labelling.sevenEmotions
}
