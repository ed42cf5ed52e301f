/// The seven emotions of FER2013, in the order of its labels and of the network's outputs.
public enum Emotion: Int, CaseIterable, Sendable, Codable {
  case anger, disgust, fear, happiness, sadness, surprise, neutral

  /// The name in label records, weight files and on screen.
  public var name: String {
    switch self {
    case .anger: "anger"
    case .disgust: "disgust"
    case .fear: "fear"
    case .happiness: "happiness"
    case .sadness: "sadness"
    case .surprise: "surprise"
    case .neutral: "neutral"
    }
  }

  /// The emotion of a name; nil where there is none.
  public init?(name: String) {
    guard let emotion = Emotion.allCases.first(where: { $0.name == name }) else { return nil }
    self = emotion
  }
}

/// A probability for each emotion: seven values, 0...1, that sum to 1.
public struct EmotionScores: Sendable, Equatable {
  /// In the order of ``Emotion``'s raw values.
  public let values: [Float]

  /// - Precondition: There are seven values.
  public init(_ values: [Float]) {
    precondition(values.count == Emotion.allCases.count)
    self.values = values
  }

  /// The probability of one emotion.
  public subscript(emotion: Emotion) -> Float { values[emotion.rawValue] }

  /// The most probable emotion; the first of equals.
  public var top: Emotion {
    Emotion.allCases.max { (values[$0.rawValue], -$0.rawValue) < (values[$1.rawValue], -$1.rawValue) }!
  }
}
