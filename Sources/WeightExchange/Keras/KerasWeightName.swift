import Tensors

/// The name of a weight in the project's convention, from the two names that Keras gives it, and its values in the
/// project's layout.
///
/// | layer's group | weight | name here |
/// |---|---|---|
/// | `block1_conv1` | `block1_conv1_W_1:0` (Keras 1) | `block1_conv1.weight` |
/// | `block1_conv1` | `block1_conv1/kernel:0` (Keras 2) | `block1_conv1.weight` |
/// | `vgg19` (a model in the model) | `block1_conv1/kernel` (Keras 3) | `block1_conv1.weight` |
/// | `output_layer` | `output_layer/bias:0` | `output_layer.bias` |
/// | `normalization` | `normalization/gamma:0` | `normalization.gamma` |
struct KerasWeightName {
  private let layer: String
  private let role: String

  init(layer group: String, weight: String) {
    // TensorFlow's names end in the number of the operation's output, always 0 for a variable.
    let plain = weight.hasSuffix(":0") ? weight.dropLast(2) : weight[...]
    let parts = plain.split(separator: "/")
    // With Keras 2 and later the layer is the folder that the weight stands in, which in a model inside the model is
    // not the group's name. With Keras 1 the layer's name is the beginning of the weight's.
    let layer = parts.count > 1 ? parts[parts.count - 2] : group[...]
    var role = parts.last ?? plain
    if role.hasPrefix("\(layer)_") { role = role.dropFirst(layer.count + 1) }
    // A second variable of a name gets a number in TensorFlow: `W_1` is the `W` of a network built once more.
    if let underscore = role.lastIndex(of: "_"), underscore != role.startIndex {
      let number = role[role.index(after: underscore)...]
      if !number.isEmpty, number.allSatisfy({ $0.isASCII && $0.isNumber }) { role = role[..<underscore] }
    }
    self.layer = String(layer)
    self.role =
      switch role {
      case "kernel", "W": "weight"
      case "bias", "b": "bias"
      default: String(role)
      }
  }

  /// `layer.role`.
  var text: String { "\(layer).\(role)" }

  /// Brings kernels from Keras's order (height, width, in, out) or (in, out) to (out, in, height, width) or
  /// (out, in); everything else stays as it is.
  ///
  /// - Returns: Nothing where a kernel has neither two nor four dimensions.
  func tensor(shape: [Int], values: FloatStorage) -> NamedTensor? {
    guard role == "weight" else { return NamedTensor(name: text, shape: shape, values: values) }
    let taps: Int
    switch shape.count {
    case 2: taps = 1
    case 4: taps = shape[0] * shape[1]
    default: return nil
    }
    let (inputs, outputs) = (shape[shape.count - 2], shape[shape.count - 1])
    let turned = FloatStorage(zeros: values.count)
    for tap in 0..<taps {
      for input in 0..<inputs {
        let source = values.base + (tap * inputs + input) * outputs
        let target = turned.base + input * taps + tap
        for output in 0..<outputs { target[output * inputs * taps] = source[output] }
      }
    }
    withExtendedLifetime(values) {}
    return NamedTensor(name: text, shape: [outputs, inputs] + shape.dropLast(2), values: turned)
  }
}
