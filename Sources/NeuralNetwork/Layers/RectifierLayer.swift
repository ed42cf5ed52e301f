import CKernels
import Tensors

/// The ReLU, max(x, 0), by itself; its gradient at 0 is 0.
public final class RectifierLayer: Layer {
  /// The name in tables and logs, and the beginning of its parameters' names.
  public let name: String
  /// What one image's input is.
  public let inputShape: ActivationShape

  /// - Parameters:
  ///   - name: The name in tables and logs.
  ///   - inputShape: Images or vectors.
  public init(name: String, inputShape: ActivationShape) {
    self.name = name
    self.inputShape = inputShape
  }

  /// What one image's output is.
  public var outputShape: ActivationShape { inputShape }

  /// Computes the output.
  public func forward(_ pass: ForwardPass) {
    pass.pool.split(pass.images * inputShape.count, multiple: 16) { _, range in
      for index in range { pass.output[index] = pass.input[index] < 0 ? 0 : pass.input[index] }
    }
  }

  /// Computes the gradients.
  public func backward(_ pass: BackwardPass) {
    guard let inputGradient = pass.inputGradient else { return }
    pass.pool.split(pass.images * inputShape.count, multiple: 16) { _, range in
      let place = range.lowerBound
      kernel_rectifier_gradient(
        pass.output + place, pass.outputGradient + place, range.count, inputGradient + place)
    }
  }
}
