import Foundation

extension SupportVectorClassifier {
  /// How a classifier is trained; the defaults are those of scikit-learn's `SVC`.
  ///
  /// For FER2013's 48x48 pixels scaled to 0...1 the defaults are those of the experiment that emotion-trainer
  /// reproduces.
  public struct Settings: Sendable, Equatable {
    /// C, what a violation of the margin costs, above 0: small for a wide margin, large to fit the training samples.
    public var cost = 1.0
    /// Gamma of the kernel exp(-gamma |x - y|²).
    public var kernelWidth = KernelWidth.scale
    /// The solver stops where no two points violate the optimality condition by as much as this; above 0.
    public var tolerance = 1e-3
    /// Whether points that will probably stay at their bounds are left out of the search for a while. Faster, with
    /// the same result within the tolerance.
    public var usesShrinking = true
    /// The most bytes that kernel values may take. Where those of all samples fit they are computed once for all
    /// pairs of classes; else those of one pair at a time; else as many rows as fit are kept. The result is the
    /// same, bit for bit.
    public var kernelMemoryBytes = Settings.defaultKernelMemoryBytes
    /// Steps after which the solver gives up on a pair; nil for the larger of ten million and a hundred a sample.
    public var maximumIterations: Int?

    /// The defaults.
    public init() {}

    /// For FER2013's 48x48 pictures as ``GradientHistogramSettings``' default features, not scaled: of the costs 1, 2,
    /// 3, 5 and gammas 1, 1.5, 2, 4 times that of ``KernelWidth/scale`` (0.131) the best on PublicTest, trained on
    /// Training without the pictures that the other two sets hold too. Accuracy 0.580 on PublicTest and, looked at
    /// once, 0.582 on PrivateTest, both without repeated rows.
    ///
    /// Published for support vector machines on FER2013 (readme of facial-expression-recognition-svm by amineHorseman):
    /// 0.290 with coarser histograms (8 directions, cells of 16x16) alone, 0.392 with the places of 68 points of the
    /// face, 0.482 with both, 0.505 with histograms of a sliding window and the points. It names no cost or gamma.
    public static var gradientHistograms: Settings {
      var settings = Settings()
      settings.cost = 5
      settings.kernelWidth = .value(0.26)
      return settings
    }

    /// Half of the machine's memory, at most 4 GiB: FER2013's largest training set needs 3.
    public static var defaultKernelMemoryBytes: Int {
      Int(min(ProcessInfo.processInfo.physicalMemory / 2, 4 << 30))
    }

    private static let leastMaximumIterations = 10_000_000
    private static let maximumIterationsASample = 100

    func check() throws(SupportVectorError) {
      func require(_ name: String, _ value: Double) throws(SupportVectorError) {
        guard value.isFinite, value > 0 else {
          throw .setting(name: name, value: "\(value)", allowed: "a finite number above 0")
        }
      }
      try require("cost", cost)
      try require("tolerance", tolerance)
      if case .value(let gamma) = kernelWidth { try require("gamma", gamma) }
      guard kernelMemoryBytes > 0 else {
        throw .setting(
          name: "memory for the kernel", value: "\(kernelMemoryBytes)", allowed: "at least 1 byte")
      }
      if let maximumIterations, maximumIterations < 1 {
        throw .setting(name: "maximum of iterations", value: "\(maximumIterations)", allowed: "at least 1")
      }
    }

    func pairSettings(pointCount: Int) -> PairSettings {
      PairSettings(
        cost: cost, tolerance: tolerance, usesShrinking: usesShrinking,
        maximumIterations: maximumIterations
          ?? max(Self.leastMaximumIterations, Self.maximumIterationsASample * pointCount))
    }
  }

  /// What happens during training.
  public enum TrainingEvent: Sendable, Equatable {
    /// So many of the blocks of kernel values of all samples are computed; not reported where they do not fit into
    /// memory at once.
    case kernelComputed(blocks: Int, of: Int)
    /// A pair of classes, by label, with so many samples is begun.
    case pairStarted(first: Int, second: Int, samples: Int)
    /// A pair is done: how it went, and how many of all pairs are done now.
    case pairSolved(PairReport, solved: Int, of: Int)
  }

  /// How the separation of two classes went.
  public struct PairReport: Sendable, Equatable {
    /// The label that counts as +1.
    public let first: Int
    /// The label that counts as -1.
    public let second: Int
    /// Samples of both classes.
    public let sampleCount: Int
    /// Steps of the solver.
    public let iterations: Int
    /// Samples with a coefficient other than 0.
    public let supportVectorCount: Int
    /// Those of them whose coefficient is as large as the cost allows: inside the margin or on the wrong side.
    public let boundedCount: Int
    /// The dual problem's objective, which the solver makes small.
    public let objective: Double
    /// By how much the worst two samples violate the optimality condition.
    public let violation: Double
    /// Whether the tolerance was reached.
    public let hasConverged: Bool
  }
}
