import CKernels
import Tensors

/// A trained fully connected layer, `output = input * weightsᵀ + bias`, with or without a ReLU. Images are taken as
/// vectors in their order in memory, as Keras's Flatten does.
public final class DenseLayer: Layer {
  /// The name in tables and logs, and the beginning of its parameters' names.
  public let name: String
  /// What one image's input is.
  public let inputShape: ActivationShape
  /// What one image's output is.
  public let outputShape: ActivationShape
  /// [out, in].
  public let weights: Parameter
  /// [out].
  public let bias: Parameter
  /// Whether a ReLU follows.
  public let rectifies: Bool

  /// - Parameters:
  ///   - name: Its parameters are `name.weight` and `name.bias`.
  ///   - inputShape: Images or vectors.
  ///   - outputCount: Neurons.
  ///   - rectifies: Whether a ReLU follows.
  ///   - initialization: How the weights begin; the bias begins with 0.
  ///   - store: Where the parameters are.
  public init(
    name: String, inputShape: ActivationShape, outputCount: Int, rectifies: Bool,
    initialization: Initialization = .glorotUniform, store: ParameterStore
  ) {
    self.name = name
    self.inputShape = inputShape
    self.rectifies = rectifies
    outputShape = ActivationShape(vector: outputCount)
    weights = store.parameter(
      "\(name).weight", shape: [outputCount, inputShape.count], initialization: initialization, decays: true)
    bias = store.parameter(
      "\(name).bias", shape: [outputCount], initialization: .constant(0), decays: false)
  }

  /// What is trained.
  public var parameters: [Parameter] { [weights, bias] }

  private func output(_ images: Int) -> MatrixProduct {
    MatrixProduct(
      rows: images, columns: outputShape.count, inner: inputShape.count, transposesRight: true)
  }

  private func weightGradient(_ images: Int) -> MatrixProduct {
    MatrixProduct(
      rows: outputShape.count, columns: inputShape.count, inner: images, transposesLeft: true)
  }

  private func inputGradient(_ images: Int) -> MatrixProduct {
    MatrixProduct(rows: images, columns: inputShape.count, inner: outputShape.count)
  }

  /// Floats of work space that the passes need.
  public func workspaceCount(images: Int, workerCount: Int) -> Int {
    let products = [output(images), weightGradient(images), inputGradient(images)]
    return images * outputShape.count
      + (products.map { $0.workspaceCount(workerCount: workerCount) }.max() ?? 0)
  }

  /// Computes the output.
  public func forward(_ pass: ForwardPass) {
    output(pass.images).multiply(
      pass.input, weights.values.base, into: pass.output, workspace: pass.workspace.baseAddress!,
      pool: pass.pool)
    let count = outputShape.count
    kernel_add_bias(pass.output, pass.images, count, count, bias.values.base, rectifies ? 1 : 0)
  }

  /// Computes the gradients.
  public func backward(_ pass: BackwardPass) {
    let count = pass.images * outputShape.count
    let workspace = pass.workspace.baseAddress! + count
    var outputGradient = pass.outputGradient
    if rectifies {
      let rectified = pass.workspace.baseAddress!
      kernel_rectifier_gradient(pass.output, outputGradient, count, rectified)
      outputGradient = UnsafePointer(rectified)
    }
    if pass.computesParameterGradients {
      weightGradient(pass.images).multiply(
        outputGradient, pass.input, into: weights.gradient.base, workspace: workspace, pool: pass.pool)
      ChannelSums.write(
        outputGradient, rows: pass.images, channels: outputShape.count, to: bias.gradient.base,
        pool: pass.pool)
    }
    guard let result = pass.inputGradient else { return }
    inputGradient(pass.images).multiply(
      outputGradient, weights.values.base, into: result, workspace: workspace, pool: pass.pool)
  }
}
