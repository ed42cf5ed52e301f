import Faces

/// Which classes the emotions are to be told apart as.
public enum Labelling: String, Sendable, Codable, CaseIterable {
  /// Each emotion a class.
  case sevenEmotions
  /// Sadness and neutral one class, of which the notebook's last section says that they are hard to tell apart.
  case mergedSadnessNeutral

  /// The classes' names in their order.
  public var classNames: [String] {
    switch self {
    case .sevenEmotions: Emotion.allCases.map(\.name)
    case .mergedSadnessNeutral:
      Emotion.allCases.dropLast().map { $0 == .sadness ? "sadness or neutral" : $0.name }
    }
  }

  /// The class of an emotion.
  public func label(of emotion: Emotion) -> Int {
    self == .mergedSadnessNeutral && emotion == .neutral ? Emotion.sadness.rawValue : emotion.rawValue
  }

  /// The labelling whose classes have these names; nil where there is none.
  public init?(classNames: [String]) {
    guard let found = Labelling.allCases.first(where: { $0.classNames == classNames }) else { return nil }
    self = found
  }
}
