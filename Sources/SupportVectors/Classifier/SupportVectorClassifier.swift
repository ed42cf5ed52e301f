import Tensors

/// A support vector machine with the kernel exp(-gamma |x - y|²) that tells several classes apart, one against one:
/// C. Cortes, V. Vapnik, "Support-Vector Networks" (Machine Learning 20, 1995), in the formulation and with the
/// conventions of LIBSVM and scikit-learn's `SVC`.
///
/// ```swift
/// let training = try SupportVectorClassifier.train(on: samples, labels: labels)
/// let predicted = try training.classifier.predict(others)
/// ```
public struct SupportVectorClassifier: Sendable {
  /// The labels that it tells apart, ascending.
  public let classes: [Int]
  /// Features a sample.
  public let featureCount: Int
  /// The kernel's gamma.
  public let gamma: Double
  /// Row numbers of the support vectors in the training samples, class by class, ascending in each.
  public let supportIndices: [Int]
  /// Support vectors of each class.
  public let supportCounts: [Int]
  /// Coefficients of the support vectors, signed, row-major [classes - 1, support vectors]: a support vector's rows
  /// stand for the classes but its own, in order (scikit-learn's `dual_coef_`, for two classes with its sign turned).
  public let dualCoefficients: [Double]
  /// What is added to the decision value of each pair of classes (0, 1), (0, 2), ... (scikit-learn's `intercept_`,
  /// for two classes with its sign turned).
  public let intercepts: [Double]

  /// What was taken off every sample before the kernel was computed: the training samples' mean.
  let centre: [Float]
  /// The support vectors less the centre.
  let supportPoints: KernelPoints
  /// ``dualCoefficients`` as the matrix product takes them.
  let productCoefficients: FloatStorage

  /// Puts the parts together.
  ///
  /// - Precondition: Their sizes agree.
  init(
    classes: [Int], gamma: Double, supportIndices: [Int], supportCounts: [Int], dualCoefficients: [Double],
    intercepts: [Double], centre: [Float], supportPoints: KernelPoints
  ) {
    precondition(
      supportCounts.count == classes.count && intercepts.count == ClassPairs.count(classes: classes.count)
        && supportIndices.count == supportPoints.count && supportCounts.reduce(0, +) == supportPoints.count
        && dualCoefficients.count == (classes.count - 1) * supportPoints.count
        && centre.count == supportPoints.featureCount)
    self.classes = classes
    featureCount = centre.count
    self.gamma = gamma
    self.supportIndices = supportIndices
    self.supportCounts = supportCounts
    self.dualCoefficients = dualCoefficients
    self.intercepts = intercepts
    self.centre = centre
    self.supportPoints = supportPoints
    productCoefficients = FloatStorage(dualCoefficients.map { Float($0) })
  }

  /// How many support vectors it has.
  public var supportVectorCount: Int { supportIndices.count }

  /// A support vector as it was in the training samples, up to the last digits.
  public func supportVector(_ index: Int) -> [Float] {
    precondition(supportIndices.indices.contains(index))
    let start = supportPoints.start(of: index)
    return withExtendedLifetime(supportPoints.coordinates) {
      (0..<featureCount).map { start[$0] + centre[$0] }
    }
  }

  /// Where each class's support vectors lie.
  var supportRanges: [Range<Int>] {
    var start = 0
    return supportCounts.map { count in
      defer { start += count }
      return start..<start + count
    }
  }
}
