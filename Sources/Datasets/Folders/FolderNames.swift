import Faces

/// What folders of labelled pictures are called, lower case: Kaggle's msambare/fer2013 has `train/angry` and so on. Its
/// `test` holds PublicTest and PrivateTest, which the pictures' own names tell apart.
enum FolderNames {
  static let emotionExamples = "angry, disgust, fear, happy, sad, surprise, neutral"

  /// The emotion that a folder is named after, without regard to case; nil where it is not.
  static func emotion(_ name: String) -> Emotion? { emotions[name.lowercased()] }

  private static let emotions: [String: Emotion] = [
    "anger": .anger, "angry": .anger,
    "disgust": .disgust, "disgusted": .disgust,
    "fear": .fear, "fearful": .fear, "afraid": .fear,
    "happiness": .happiness, "happy": .happiness,
    "sadness": .sadness, "sad": .sadness,
    "surprise": .surprise, "surprised": .surprise,
    "neutral": .neutral,
  ]

  /// The part that a folder is named after; nil where it is not.
  static func usage(_ name: String, test: Usage) -> Usage? {
    switch name.lowercased() {
    case "train", "training": .training
    case "validation", "valid", "val", "publictest": .publicTest
    case "privatetest": .privateTest
    case "test": test
    default: nil
    }
  }

  /// The part that a picture's name begins with, as in Kaggle's `PublicTest_67735286.jpg`; nil for another name.
  static func usage(ofFile name: String) -> Usage? {
    Usage.allCases.first { name.hasPrefix("\($0.name)_") }
  }
}
