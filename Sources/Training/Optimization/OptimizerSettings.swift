/// Which rule changes the weights, and its constants. The learning rate comes from a ``LearningRateSchedule``.
public enum OptimizerSettings: Sendable, Codable, Equatable {
  /// Stochastic gradient descent with Nesterov's momentum (I. Sutskever et al., "On the importance of initialization
  /// and momentum in deep learning", ICML 2013). `weightDecay` is added to the gradient, as an L2 penalty is.
  case nesterov(momentum: Float = 0.9, weightDecay: Float = 0)
  /// Adam (D. Kingma, J. Ba, arXiv:1412.6980). With `weightDecay` above 0 it is AdamW (I. Loshchilov, F. Hutter,
  /// arXiv:1711.05101): the decay is apart from the gradient.
  ///
  /// Where `epsilon` stands is told by `epsilonForm`; nil, as in runs that did not note it, is ``EpsilonForm/corrected``.
  case adam(
    beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-7, weightDecay: Float = 0,
    epsilonForm: EpsilonForm? = nil)

  /// Where Adam's ε stands beside the root of the mean square v. With small gradients that matters in the first steps.
  public enum EpsilonForm: String, Sendable, Codable {
    /// Behind the correction of v for its start at 0, √(v / (1 - β2ᵗ)) + ε: algorithm 1 of the paper, PyTorch.
    case corrected
    /// Before it, (√v + ε) / √(1 - β2ᵗ), which is the form at the end of the paper's section 2, Keras's: in step t as
    /// large as an ε / √(1 - β2ᵗ) of the other form.
    case uncorrected
  }

  /// Adam as Keras has it, with Keras's constants.
  public static var kerasAdam: OptimizerSettings { .adam(epsilonForm: .uncorrected) }

  /// The same rule with another weight decay.
  public func decaying(by weightDecay: Float) -> OptimizerSettings {
    switch self {
    case .nesterov(let momentum, _): .nesterov(momentum: momentum, weightDecay: weightDecay)
    case .adam(let beta1, let beta2, let epsilon, _, let form):
      // AdamW is PyTorch's.
      .adam(
        beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay,
        epsilonForm: weightDecay > 0 ? nil : form)
    }
  }

  /// Names of what is kept for each parameter between steps.
  var slots: [String] {
    switch self {
    case .nesterov: ["momentum"]
    case .adam: ["mean", "square"]
    }
  }
}
