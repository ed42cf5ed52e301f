/// What the notebook "Emotion Detection from Images using Machine Learning" reports for its five experiments on
/// FER2013: the figures of its outputs and its last table, accuracy and weighted F1 on its own parts.
public struct NotebookResults: Sendable {
  /// Accuracy and weighted F1 of one part, each 0...1; nil where the notebook has none.
  public struct Score: Sendable, Equatable {
    /// Share of pictures whose emotion was said rightly.
    public let accuracy: Double?
    /// F1 averaged over the emotions by their counts.
    public let weightedF1: Double?

    init(_ accuracy: Double?, _ weightedF1: Double?) {
      (self.accuracy, self.weightedF1) = (accuracy, weightedF1)
    }
  }

  /// The name of ours: `svm`, `mlp`, `cnn`, `transfer`, `vgg19`.
  public let experiment: String
  /// On the pictures that it learned from.
  public let train: Score
  /// On the pictures that chose the epoch, where they are not the test's.
  public let validation: Score
  /// On the test pictures.
  public let test: Score
  /// What keeps the figures from being of the same thing as ours; nil for nothing.
  public let remark: String?

  init(experiment: String, train: Score, validation: Score, test: Score, remark: String? = nil) {
    self.experiment = experiment
    self.train = train
    self.validation = validation
    self.test = test
    self.remark = remark
  }

  /// Where the figures come from, for captions.
  public static let source =
    "Notebook: the figures printed in \"Emotion Detection from Images using Machine Learning\", which is what these "
    + "experiments reproduce"

  /// In the notebook's order.
  public static let all = [
    NotebookResults(
      experiment: "svm", train: Score(0.6086, 0.5957), validation: Score(0.4331, 0.4112),
      test: Score(0.4276, 0.4043)),
    NotebookResults(
      experiment: "mlp", train: Score(0.3420, 0.2763), validation: Score(0.3357, 0.2677),
      test: Score(0.3282, 0.2648)),
    NotebookResults(
      experiment: "cnn", train: Score(0.3216, 0.2644), validation: Score(nil, 0.2599),
      test: Score(0.3241, 0.2656)),
    NotebookResults(
      experiment: "transfer", train: Score(0.4526, 0.4359), validation: Score(nil, nil),
      test: Score(0.3904, 0.3692)),
    NotebookResults(
      experiment: "vgg19", train: Score(0.7595, 0.7558), validation: Score(nil, nil),
      test: Score(0.6639, 0.6600),
      remark:
        "The notebook trained VGG19 for 50 epochs and took its figures from the weights of epoch 18, picked by hand; "
        + "ours are those of the epoch with the best validation accuracy."),
  ]

  /// The row of the experiment of a name; nil where the notebook has none.
  static func of(_ name: String) -> NotebookResults? { all.first { $0.experiment == name } }

  /// The row that one of our experiments is to be read beside: its own, or that of the experiment it corrects.
  public static func beside(_ name: String) -> NotebookResults? {
    all.first { name == $0.experiment || name.hasPrefix($0.experiment + "-") }
  }
}
