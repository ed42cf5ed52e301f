/// A trained classifier with what has to be known to use it: how samples are scaled, and notes such as which
/// features it was trained on.
public struct SupportVectorModel: Sendable {
  /// Tells the classes apart.
  public var classifier: SupportVectorClassifier
  /// Brings samples to the range of training; nil where they are used as they are.
  public var scaler: MinMaxScaler?
  /// Notes by name, at most 1 MiB in all.
  public var metadata: [String: String]

  /// Puts the parts together.
  public init(
    classifier: SupportVectorClassifier, scaler: MinMaxScaler? = nil, metadata: [String: String] = [:]
  ) {
    self.classifier = classifier
    self.scaler = scaler
    self.metadata = metadata
  }
}
