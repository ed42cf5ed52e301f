import Datasets

/// Which pictures train, choose and test.
public enum EvaluationProtocol: String, Sendable, Codable, CaseIterable {
  /// The notebook's 72/8/20 split of the data without repeated rows.
  case notebook
  /// The notebook's 90/10 split for VGG19: the test part also chooses the epoch.
  case notebookVGG19
  /// FER2013's own parts: Training, PublicTest, PrivateTest.
  case official
  /// FER2013's own parts, without the training pictures that also stand in another part.
  case leakFree

  /// The name on the command line.
  public var name: String {
    switch self {
    case .notebook: "notebook"
    case .notebookVGG19: "notebook-vgg19"
    case .official: "official"
    case .leakFree: "leak-free"
    }
  }

  /// A sentence for reports.
  public var explanation: String {
    switch self {
    case .notebook:
      "The notebook's split: rows that repeat are dropped, then 72 % train, 8 % choose and 20 % test, stratified with "
        + "seed 111."
    case .notebookVGG19:
      "The notebook's split for VGG19: rows that repeat are dropped, then 90 % train and 10 % test, stratified with seed "
        + "42; the test part also chooses the epoch."
    case .official: "FER2013's own parts: Training trains, PublicTest chooses, PrivateTest tests."
    case .leakFree:
      "FER2013's own parts, and no picture trains that also stands in PublicTest or PrivateTest."
    }
  }

  /// What limits figures that a network trained on the protocol's own training part has this way; nil for nothing.
  public var caveat: String? {
    switch self {
    case .notebook:
      "FER2013 holds pictures several times, some under other labels; a random split puts some of them on both sides."
    case .notebookVGG19:
      "The test part also chose the epoch, and some of its pictures are among the training pictures: the figures are "
        + "too high."
    case .official: "288 of the 3,589 PrivateTest pictures of FER2013 also stand in Training."
    case .leakFree: nil
    }
  }

  /// What limits figures that are measured this way of a network that was trained on another protocol's parts, or nobody
  /// knows which; nil for nothing. Pictures that also stand in Training do not limit one that saw none of them.
  public func caveat(trainedOn training: EvaluationProtocol?) -> String? {
    self == .official && training == .leakFree ? nil : caveat
  }

  /// The pictures that take part, and their parts.
  ///
  /// - Parameter pictures: The whole data set.
  /// - Throws: `SplitError` for too few pictures.
  public func split(_ pictures: FacePictures) throws(SplitError) -> (pictures: FacePictures, split: Split) {
    switch self {
    case .notebook:
      let kept = pictures.droppingDuplicates()
      return (kept, try .notebook(kept))
    case .notebookVGG19:
      let kept = pictures.droppingDuplicates()
      return (kept, try .notebookVGG19(kept))
    case .official: return (pictures, .official(pictures))
    case .leakFree: return (pictures, .leakFree(pictures))
    }
  }

  /// Whether the parts are drawn at random: which pictures are in one depends on all pictures and on their order.
  public var isRandom: Bool {
    switch self {
    case .notebook, .notebookVGG19: true
    case .official, .leakFree: false
    }
  }

  /// Whether the test part of other parts has no picture that trained a network on these.
  public func isFair(measuredOn other: EvaluationProtocol) -> Bool {
    self == other || (self == .leakFree && other == .official)
  }
}
