import CKernels
import Tensors

/// Sets values to 0 at random in training and scales the others so that the expected sum stays (N. Srivastava et al.,
/// "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", JMLR 2014, in the scaled form of section 10).
/// Afterwards it changes nothing.
public final class DropoutLayer: Layer {
  /// The name in tables and logs, and the beginning of its parameters' names.
  public let name: String
  /// What one image's input is.
  public let inputShape: ActivationShape
  /// The part of the values that is dropped, 0..<1.
  public let rate: Float

  /// The generator of the last forward pass: drawing again costs less than keeping the mask.
  private var random = SeededGenerator(seed: 0)

  /// - Parameters:
  ///   - name: The name in tables and logs.
  ///   - inputShape: Images or vectors.
  ///   - rate: The part of the values that is dropped, 0..<1.
  public init(name: String, inputShape: ActivationShape, rate: Float) {
    precondition((0..<1).contains(rate))
    self.name = name
    self.inputShape = inputShape
    self.rate = rate
  }

  /// What one image's output is.
  public var outputShape: ActivationShape { inputShape }

  /// Computes the output.
  public func forward(_ pass: ForwardPass) {
    random = pass.random
    if pass.isTraining {
      drop(pass.input, to: pass.output, images: pass.images, pool: pass.pool)
    } else {
      pass.output.update(from: pass.input, count: pass.images * inputShape.count)
    }
  }

  /// Computes the gradients.
  public func backward(_ pass: BackwardPass) {
    guard let inputGradient = pass.inputGradient else { return }
    drop(pass.outputGradient, to: inputGradient, images: pass.images, pool: pass.pool)
  }

  /// Each image has a sequence of its own: what is dropped does not depend on who computes.
  private func drop(
    _ input: UnsafePointer<Float>, to output: UnsafeMutablePointer<Float>, images: Int, pool: WorkerPool
  ) {
    let (count, scale) = (inputShape.count, 1 / (1 - rate))
    let seed = random.state
    pool.split(images) { _, range in
      for image in range {
        let first = image * count
        kernel_drop(
          input + first, count, SeededGenerator(seed: seed, stream: UInt64(image)).state, rate, scale,
          output + first)
      }
    }
  }
}
