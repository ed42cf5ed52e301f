/// What a network's run, or its file, says of the pictures that trained it.
public struct TrainingOrigin: Sendable, Equatable {
  /// Why nobody knows which pictures of a data set trained a network.
  public enum Doubt: Sendable, Equatable {
    /// Neither a run nor the file says it.
    case unsaid
    /// It was trained on random parts of other pictures: which ones are in such a part depends on all of them and on
    /// their order.
    case otherData
    /// Nothing says it of what its run began with.
    case unknownStart
  }

  /// The parts that it was trained on; nil where nothing says them.
  public var evaluation: EvaluationProtocol?
  /// The ``DataFingerprint`` of the pictures whose parts those are; nil where nothing says it.
  public var data: String?
  /// Whether its run began with a network of which nobody knows which pictures trained it.
  public var hasUnknownStart: Bool

  /// An origin that says as much; without anything one that says nothing.
  public init(evaluation: EvaluationProtocol? = nil, data: String? = nil, hasUnknownStart: Bool = false) {
    self.evaluation = evaluation
    self.data = data
    self.hasUnknownStart = hasUnknownStart
  }

  /// What keeps anybody from knowing which pictures of a data set trained the network; nil where its parts tell it.
  ///
  /// - Parameter data: The pictures' ``DataFingerprint``.
  public func doubt(on data: String) -> Doubt? {
    if hasUnknownStart { return .unknownStart }
    guard let evaluation else { return .unsaid }
    guard evaluation.isRandom, let own = self.data, own != data else { return nil }
    return .otherData
  }

  /// The parts of a data set that trained the network; nil where nobody knows them.
  ///
  /// - Parameter data: The pictures' ``DataFingerprint``.
  public func parts(on data: String) -> EvaluationProtocol? { doubt(on: data) == nil ? evaluation : nil }
}
