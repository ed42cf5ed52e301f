import NeuralNetwork
import WeightExchange

/// Turns a trained VGG19 into the daemon's: batch norm folded into the convolution before it.
///
/// With scale γ, offset β and running moments μ, σ² a convolution w without bias becomes w γ / sqrt(σ² + ε) with the
/// bias β - μ γ / sqrt(σ² + ε) (B. Jacob et al., CVPR 2018, section 3.2).
public enum BatchNormFolding {
  /// The tensors of the daemon's weight file.
  ///
  /// - Parameters:
  ///   - store: What ``VGG19/layers(form:classCount:store:)`` was built on.
  ///   - isBatchNormalized: Whether there are norms; without them the tensors stay as they are.
  ///   - epsilon: The norms'.
  /// - Returns: `block1_conv1.weight` [64, 3, 3, 3] (its plane a third each, three times), ..., `output_layer.bias`.
  public static func daemonTensors(
    of store: ParameterStore, isBatchNormalized: Bool, epsilon: Float = 1e-5
  ) -> [NamedTensor] {
    var tensors: [NamedTensor] = []
    for (blockIndex, block) in VGG19.blocks.enumerated() {
      for index in 1...block.convolutions {
        let name = "block\(blockIndex + 1)_conv\(index)"
        guard let weights = store["\(name).weight"] else { preconditionFailure("no \(name)") }
        var filters = weights.rowMajorValues
        var bias = store["\(name).bias"]?.rowMajorValues
        if isBatchNormalized {
          let norm = "block\(blockIndex + 1)_norm\(index)"
          bias = fold(norm, of: store, into: &filters, outputs: block.channels, epsilon: epsilon)
        }
        var shape = weights.shape
        if shape[1] == 1 {
          // The file's first layer sees the grey plane three times.
          filters = (0..<shape[0]).flatMap { output in
            (0..<3).flatMap { _ in filters[output * 9..<(output + 1) * 9].map { $0 / 3 } }
          }
          shape[1] = 3
        }
        tensors.append(NamedTensor(name: "\(name).weight", shape: shape, values: filters))
        tensors.append(
          NamedTensor(
            name: "\(name).bias", shape: [block.channels],
            values: bias ?? [Float](repeating: 0, count: block.channels)))
      }
    }
    for suffix in ["weight", "bias"] {
      guard let tensor = store["output_layer.\(suffix)"] else { preconditionFailure("no output layer") }
      tensors.append(
        NamedTensor(name: tensor.name, shape: tensor.shape, values: tensor.rowMajorValues))
    }
    return tensors
  }

  /// - Returns: The bias.
  private static func fold(
    _ norm: String, of store: ParameterStore, into filters: inout [Float], outputs: Int, epsilon: Float
  ) -> [Float] {
    func values(_ suffix: String) -> [Float] {
      guard let tensor = store["\(norm).\(suffix)"] else { preconditionFailure("no \(norm).\(suffix)") }
      return tensor.rowMajorValues
    }
    let (scale, offset) = (values("weight"), values("bias"))
    let (mean, variance) = (values("running_mean"), values("running_var"))
    let size = filters.count / outputs
    return (0..<outputs).map { output in
      let factor = scale[output] / (variance[output] + epsilon).squareRoot()
      for place in output * size..<(output + 1) * size { filters[place] *= factor }
      return offset[output] - mean[output] * factor
    }
  }
}
