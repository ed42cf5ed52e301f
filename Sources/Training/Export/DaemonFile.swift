import Evaluation
import Faces

/// What the daemon asks of a weight file beside its tensors.
public enum DaemonFile {
  /// The temperatures that ``VGG19EmotionClassifier`` takes; a test holds both ranges together.
  public static let temperatures: ClosedRange<Float> = 0.05...20

  /// The range for people, "0.05 to 20".
  public static var temperatureText: String {
    let bounds = [temperatures.lowerBound, temperatures.upperBound]
    return bounds.map { NumberText.short(Double($0)) }.joined(separator: " to ")
  }

  /// Whether a file may name this temperature.
  public static func accepts(temperature text: String) -> Bool {
    guard let value = Float(text) else { return false }
    return temperatures.contains(value)
  }

  /// Checks what a file would say of itself.
  ///
  /// - Parameters:
  ///   - labelling: The network's classes.
  ///   - metadata: The file's text.
  /// - Throws: ``DaemonFileError``.
  public static func check(_ labelling: Labelling, metadata: [String: String]) throws(DaemonFileError) {
    guard labelling == .sevenEmotions else { throw .otherClasses(labelling.classNames) }
    if let text = metadata["temperature"], !accepts(temperature: text) { throw .temperature(text) }
  }
}

/// Why the daemon would refuse a weight file.
public enum DaemonFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// It tells other classes apart than the seven emotions.
  case otherClasses([String])
  /// Its temperature is no number that the daemon takes.
  case temperature(String)

  /// One line for the terminal.
  public var description: String {
    switch self {
    case .otherClasses(let names):
      "emotiond takes the \(Emotion.allCases.count) emotions, the network has \(names.joined(separator: ", ")); write it "
        + "with --onnx alone"
    case .temperature(let text):
      "emotiond takes a temperature from \(DaemonFile.temperatureText), not \"\(text)\"; give --temperature"
    }
  }
}
