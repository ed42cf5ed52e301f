import CKernels
import Tensors

/// The maximum, or the mean, of 2x2 windows, stride 2, without padding: an odd last row or column is left out.
public final class PoolingLayer: Layer {
  /// What is taken of a window.
  public enum Kind: String, Sendable, CaseIterable {
    /// The largest value; its gradient goes to the first of equals.
    case maximum
    /// The mean.
    case average
  }

  /// The name in tables and logs, and the beginning of its parameters' names.
  public let name: String
  /// What one image's input is.
  public let inputShape: ActivationShape
  /// What is taken of a window.
  public let kind: Kind

  /// - Parameters:
  ///   - name: The name in tables and logs.
  ///   - inputShape: At least 2x2 pixels.
  ///   - kind: What is taken of a window.
  public init(name: String, inputShape: ActivationShape, kind: Kind) {
    precondition(inputShape.height >= 2 && inputShape.width >= 2)
    self.name = name
    self.inputShape = inputShape
    self.kind = kind
  }

  /// What one image's output is.
  public var outputShape: ActivationShape {
    ActivationShape(
      height: inputShape.height / 2, width: inputShape.width / 2, channels: inputShape.channels)
  }

  /// Computes the output.
  public func forward(_ pass: ForwardPass) {
    let (input, output) = (inputShape, outputShape)
    pass.pool.split(pass.images) { _, range in
      for image in range {
        let (source, target) = (pass.input + image * input.count, pass.output + image * output.count)
        switch kind {
        case .maximum: kernel_max_pool_2x2(source, 1, input.height, input.width, input.channels, target)
        case .average: kernel_average_pool_2x2(source, input.height, input.width, input.channels, target)
        }
      }
    }
  }

  /// Computes the gradients.
  public func backward(_ pass: BackwardPass) {
    guard let inputGradient = pass.inputGradient else { return }
    let (input, output) = (inputShape, outputShape)
    pass.pool.split(pass.images) { _, range in
      for image in range {
        let (source, target) = (pass.input + image * input.count, inputGradient + image * input.count)
        let gradient = pass.outputGradient + image * output.count
        switch kind {
        case .maximum:
          kernel_max_pool_gradient_2x2(
            source, gradient, input.height, input.width, input.channels, target)
        case .average:
          kernel_average_pool_gradient_2x2(
            gradient, input.height, input.width, input.channels, target)
        }
      }
    }
  }
}

/// The mean of all pixels by channel: images to vectors.
public final class GlobalAveragePoolingLayer: Layer {
  /// The name in tables and logs, and the beginning of its parameters' names.
  public let name: String
  /// What one image's input is.
  public let inputShape: ActivationShape

  /// - Parameters:
  ///   - name: The name in tables and logs.
  ///   - inputShape: Images.
  public init(name: String, inputShape: ActivationShape) {
    self.name = name
    self.inputShape = inputShape
  }

  /// What one image's output is.
  public var outputShape: ActivationShape { ActivationShape(vector: inputShape.channels) }

  /// Computes the output.
  public func forward(_ pass: ForwardPass) {
    kernel_global_average(pass.input, pass.images, inputShape.pixels, inputShape.channels, pass.output)
  }

  /// Computes the gradients.
  public func backward(_ pass: BackwardPass) {
    guard let inputGradient = pass.inputGradient else { return }
    let channels = inputShape.channels
    let share = 1 / Float(inputShape.pixels)
    for pixel in 0..<pass.images * inputShape.pixels {
      let gradient = pass.outputGradient + pixel / inputShape.pixels * channels
      for channel in 0..<channels { inputGradient[pixel * channels + channel] = gradient[channel] * share }
    }
  }
}
