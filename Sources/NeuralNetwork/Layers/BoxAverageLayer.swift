import CKernels
import Tensors

/// The mean of 2x2 windows, stride 1, without padding.
///
/// A convolution and an average pool behind it are both linear, so the pool can be taken first: as this layer, and the
/// convolution with stride 2. That gives the same with a quarter of the multiplications.
public final class BoxAverageLayer: Layer {
  /// The name in tables and logs.
  public let name: String
  /// What one image's input is.
  public let inputShape: ActivationShape

  /// - Parameters:
  ///   - name: The name in tables and logs.
  ///   - inputShape: At least 2x2 pixels.
  public init(name: String, inputShape: ActivationShape) {
    precondition(inputShape.height >= 2 && inputShape.width >= 2)
    self.name = name
    self.inputShape = inputShape
  }

  /// What one image's output is.
  public var outputShape: ActivationShape {
    ActivationShape(
      height: inputShape.height - 1, width: inputShape.width - 1, channels: inputShape.channels)
  }

  /// Computes the output.
  public func forward(_ pass: ForwardPass) {
    let (input, output) = (inputShape, outputShape)
    pass.pool.split(pass.images) { _, range in
      for image in range {
        kernel_box_average_2x2(
          pass.input + image * input.count, input.height, input.width, input.channels,
          pass.output + image * output.count)
      }
    }
  }

  /// Computes the gradients.
  public func backward(_ pass: BackwardPass) {
    guard let inputGradient = pass.inputGradient else { return }
    let (input, output) = (inputShape, outputShape)
    pass.pool.split(pass.images) { _, range in
      for image in range {
        kernel_box_average_gradient_2x2(
          pass.outputGradient + image * output.count, input.height, input.width, input.channels,
          inputGradient + image * input.count)
      }
    }
  }
}
