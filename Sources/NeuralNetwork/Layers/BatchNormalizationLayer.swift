import CKernels
import Foundation
import Tensors

/// Batch normalisation by channel (S. Ioffe, C. Szegedy, "Batch Normalization: Accelerating Deep Network Training by
/// Reducing Internal Covariate Shift", ICML 2015, algorithms 1 and 2), with or without a ReLU behind it.
///
/// In training the batch's moments normalise, and running ones are gathered; afterwards the running ones normalise. A
/// norm whose scale and offset are frozen is left as it is in training too: the running moments normalise, and stay.
public final class BatchNormalizationLayer: Layer {
  /// Which variance of a batch of n values the running one is made of.
  public enum VarianceEstimate: Sendable, Hashable {
    /// The sum of squares over n - 1 (Bessel's correction): PyTorch, and Keras behind convolutions, where its
    /// computation is fused.
    case unbiased
    /// Over n, as the batch itself is normalised: Keras behind dense layers.
    case biased
  }

  /// The name in tables and logs, and the beginning of its parameters' names.
  public let name: String
  /// What one image's input is.
  public let inputShape: ActivationShape
  /// Whether a ReLU follows.
  public let rectifies: Bool
  /// What the normalised values are multiplied by, [channels].
  public let scale: Parameter
  /// What is added to them, [channels].
  public let offset: Parameter
  /// Mean over the batches so far, [channels].
  public let runningMean: Parameter
  /// Variance over the batches so far, [channels].
  public let runningVariance: Parameter
  /// How much of the running moments the newest batch replaces.
  public let momentum: Float
  /// Added to the variance.
  public let epsilon: Float
  /// Which variance of a batch goes into ``runningVariance``.
  public let varianceEstimate: VarianceEstimate

  /// Of the batch in training: what the gradients need.
  private let mean: FloatStorage
  private let inverseDeviation: FloatStorage
  /// What normalising comes down to: value * factor + constant.
  private let factor: FloatStorage
  private let constant: FloatStorage

  /// - Parameters:
  ///   - name: Its parameters are `name.weight` and `name.bias`, its statistics `name.running_mean` and
  ///     `name.running_var`, PyTorch's names.
  ///   - inputShape: Images or vectors.
  ///   - rectifies: Whether a ReLU follows.
  ///   - momentum: How much of the running moments the newest batch replaces, 0...1.
  ///   - epsilon: Added to the variance, above 0.
  ///   - varianceEstimate: Which variance of a batch goes into the running one.
  ///   - store: Where the parameters are.
  public init(
    name: String, inputShape: ActivationShape, rectifies: Bool, momentum: Float = 0.1, epsilon: Float = 1e-5,
    varianceEstimate: VarianceEstimate = .unbiased, store: ParameterStore
  ) {
    self.name = name
    self.inputShape = inputShape
    self.rectifies = rectifies
    self.momentum = momentum
    self.epsilon = epsilon
    self.varianceEstimate = varianceEstimate
    let channels = inputShape.channels
    func vector(_ suffix: String, _ value: Float, isTrained: Bool) -> Parameter {
      store.parameter(
        "\(name).\(suffix)", shape: [channels], initialization: .constant(value), decays: false,
        isTrained: isTrained)
    }
    scale = vector("weight", 1, isTrained: true)
    offset = vector("bias", 0, isTrained: true)
    runningMean = vector("running_mean", 0, isTrained: false)
    runningVariance = vector("running_var", 1, isTrained: false)
    mean = FloatStorage(zeros: channels)
    inverseDeviation = FloatStorage(zeros: channels)
    factor = FloatStorage(zeros: channels)
    constant = FloatStorage(zeros: channels)
  }

  /// What one image's output is.
  public var outputShape: ActivationShape { inputShape }
  /// What is trained.
  public var parameters: [Parameter] { [scale, offset] }
  /// What is gathered during training.
  public var statistics: [Parameter] { [runningMean, runningVariance] }

  /// Whether training leaves it as it is.
  public var isFrozen: Bool { !scale.isTrained && !offset.isTrained }

  /// Computes the output.
  public func forward(_ pass: ForwardPass) {
    let channels = inputShape.channels
    let rows = pass.images * inputShape.pixels
    if pass.isTraining, !isFrozen {
      gatherMoments(pass, rows: rows)
    } else {
      for channel in 0..<channels {
        mean.base[channel] = runningMean.values.base[channel]
        inverseDeviation.base[channel] =
          1 / (runningVariance.values.base[channel] + epsilon).squareRoot()
      }
    }
    for channel in 0..<channels {
      factor.base[channel] = scale.values.base[channel] * inverseDeviation.base[channel]
      constant.base[channel] =
        offset.values.base[channel] - mean.base[channel] * factor.base[channel]
    }
    pass.pool.split(rows) { _, range in
      let place = range.lowerBound * channels
      kernel_scale_channels(
        pass.input + place, range.count, channels, factor.base, constant.base, rectifies ? 1 : 0,
        pass.output + place)
    }
  }

  private func gatherMoments(_ pass: ForwardPass, rows: Int) {
    let count = Double(rows)
    for (channel, moments) in moments(of: pass.input, rows: rows, pool: pass.pool).enumerated() {
      let isCorrected = varianceEstimate == .unbiased && rows > 1
      let variance = isCorrected ? moments.variance * count / (count - 1) : moments.variance
      mean.base[channel] = Float(moments.mean)
      inverseDeviation.base[channel] = Float(1 / (moments.variance + Double(epsilon)).squareRoot())
      runningMean.values.base[channel] += momentum * (mean.base[channel] - runningMean.values.base[channel])
      runningVariance.values.base[channel] +=
        momentum * (Float(variance) - runningVariance.values.base[channel])
    }
  }

  /// Mean and (biased) variance by channel.
  private func moments(
    of input: UnsafePointer<Float>, rows: Int, pool: WorkerPool
  ) -> [(mean: Double, variance: Double)] {
    let channels = inputShape.channels
    // The first row is a good enough guess at the mean to keep the sums of squares from losing the variance.
    let sums = ChannelSums.gather(rows: rows, channels: channels, kinds: 2, pool: pool) { range, parts in
      kernel_channel_moments(
        input + range.lowerBound * channels, range.count, channels, input, parts, parts + channels)
    }
    let count = Double(rows)
    return (0..<channels).map { channel in
      let shifted = sums[channel] / count
      return (
        Double(input[channel]) + shifted, max(sums[channels + channel] / count - shifted * shifted, 0)
      )
    }
  }

  /// Makes a batch's moments part of the running ones, without a forward pass.
  ///
  /// - Parameters:
  ///   - input: [images, input shape].
  ///   - images: How many there are.
  ///   - share: How much of the running moments they replace, 0...1.
  ///   - pool: Who computes.
  public func takeMoments(of input: UnsafePointer<Float>, images: Int, share: Float, pool: WorkerPool) {
    let moments = moments(of: input, rows: images * inputShape.pixels, pool: pool)
    for (channel, moments) in moments.enumerated() {
      // Not as a difference, whose rounding would leave something of what a share of 1 replaces.
      runningMean.values.base[channel] =
        (1 - share) * runningMean.values.base[channel] + share * Float(moments.mean)
      runningVariance.values.base[channel] =
        (1 - share) * runningVariance.values.base[channel] + share * Float(moments.variance)
    }
  }

  /// Sets the norm up so that after training it only adds `bias`, and in training nearly so: with the batch's moments μ
  /// and σ² as the running ones, scale sqrt(σ² + ε) and offset μ + bias. That puts a norm behind a convolution that was
  /// trained, or folded, without one.
  ///
  /// - Parameters:
  ///   - input: [images, input shape] of a batch that is like those of training.
  ///   - images: How many there are.
  ///   - bias: [channels].
  ///   - pool: Who computes.
  public func becomeBias(
    _ bias: [Float], onBatch input: UnsafePointer<Float>, images: Int, pool: WorkerPool
  ) {
    precondition(bias.count == inputShape.channels)
    let moments = moments(of: input, rows: images * inputShape.pixels, pool: pool)
    for (channel, moments) in moments.enumerated() {
      runningMean.values.base[channel] = Float(moments.mean)
      runningVariance.values.base[channel] = Float(moments.variance)
      scale.values.base[channel] = (Float(moments.variance) + epsilon).squareRoot()
      offset.values.base[channel] = Float(moments.mean) + bias[channel]
    }
  }

  /// Floats of work space that the passes need.
  public func workspaceCount(images: Int, workerCount: Int) -> Int { 3 * inputShape.channels }

  /// With x̂ the normalised input and g the gradient behind the scale: dx = scale / σ (g - mean(g) - x̂ mean(g x̂)),
  /// the paper's equations of section 3 put together. Frozen, the moments do not depend on the input: dx = scale / σ g.
  public func backward(_ pass: BackwardPass) {
    let channels = inputShape.channels
    let rows = pass.images * inputShape.pixels
    let rectify: Int32 = rectifies ? 1 : 0
    let sums = ChannelSums.gather(rows: rows, channels: channels, kinds: 2, pool: pass.pool) { range, parts in
      let place = range.lowerBound * channels
      kernel_scaled_gradient_moments(
        pass.input + place, pass.outputGradient + place, range.count, channels, factor.base,
        constant.base, rectify, mean.base, parts, parts + channels)
    }
    let weights = pass.workspace.baseAddress!
    let (slopes, constants) = (weights + channels, weights + 2 * channels)
    for channel in 0..<channels {
      let deviation = Double(inverseDeviation.base[channel])
      let product = sums[channels + channel] * deviation
      if pass.computesParameterGradients {
        scale.gradient.base[channel] = Float(product)
        offset.gradient.base[channel] = Float(sums[channel])
      }
      let factor = Double(scale.values.base[channel]) * deviation
      let slope = isFrozen ? 0 : -factor * deviation * product / Double(rows)
      weights[channel] = Float(factor)
      slopes[channel] = Float(slope)
      constants[channel] =
        isFrozen ? 0 : Float(-factor * sums[channel] / Double(rows) - slope * Double(mean.base[channel]))
    }
    guard let inputGradient = pass.inputGradient else { return }
    pass.pool.split(rows) { _, range in
      let place = range.lowerBound * channels
      kernel_scaled_gradient(
        pass.input + place, pass.outputGradient + place, range.count, channels, factor.base,
        constant.base, rectify, weights, slopes, constants, inputGradient + place)
    }
  }
}
