import SupportVectors

/// An experiment with a support vector machine: everything that decides its result, as a value.
public struct SupportVectorExperiment: Sendable, Codable, Equatable {
  /// What the machine sees of a picture.
  public enum Features: String, Sendable, Codable {
    /// Each pixel scaled by its range over the training pictures.
    case minMaxScaledPixels
    /// Histograms of oriented gradients.
    case gradientHistograms
  }

  /// The name on the command line.
  public var name: String
  /// A line for reports.
  public var title: String
  /// What the machine sees.
  public var features: Features
  /// Which pictures train, choose and test.
  public var evaluation: EvaluationProtocol
  /// Which classes are told apart.
  public var labelling = Labelling.sevenEmotions

  /// Both experiments, the notebook's first.
  public static var all: [SupportVectorExperiment] { [notebook, corrected] }

  /// The notebook's: scikit-learn's `SVC` with its defaults on scaled pixels.
  public static var notebook: SupportVectorExperiment {
    SupportVectorExperiment(
      name: "svm", title: "Support vector machine on pixels", features: .minMaxScaledPixels,
      evaluation: .notebook)
  }

  /// On histograms of oriented gradients, with the leak-free parts.
  public static var corrected: SupportVectorExperiment {
    SupportVectorExperiment(
      name: "svm-corrected", title: "Support vector machine on gradient histograms",
      features: .gradientHistograms, evaluation: .leakFree)
  }

  /// Cost and kernel.
  public var settings: SupportVectorClassifier.Settings {
    switch features {
    case .minMaxScaledPixels: SupportVectorClassifier.Settings()
    case .gradientHistograms: .gradientHistograms
    }
  }
}
