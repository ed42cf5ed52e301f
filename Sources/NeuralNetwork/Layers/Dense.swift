import Tensors

/// A fully connected layer without activation: `output = input * weightsᵀ + bias`.
public struct Dense: Sendable {
  /// Values of an input row.
  public let inputCount: Int
  /// Values of an output row.
  public let outputCount: Int
  /// [out, in].
  private let weights: FloatStorage
  private let bias: FloatStorage

  /// - Parameters:
  ///   - weights: [out, in].
  ///   - bias: [out].
  public init(weights: FloatStorage, bias: FloatStorage, inputCount: Int, outputCount: Int) {
    precondition(weights.count == inputCount * outputCount && bias.count == outputCount)
    self.inputCount = inputCount
    self.outputCount = outputCount
    self.weights = weights
    self.bias = bias
  }

  /// Computes [rows, in] to [rows, out]. Meant for the few outputs of a classifier: a plain loop.
  public func apply(to input: UnsafePointer<Float>, rows: Int, output: UnsafeMutablePointer<Float>) {
    for row in 0..<rows {
      let values = input + row * inputCount
      for neuron in 0..<outputCount {
        let weight = weights.base + neuron * inputCount
        var sum = 0.0
        for index in 0..<inputCount { sum += Double(values[index]) * Double(weight[index]) }
        output[row * outputCount + neuron] = Float(sum) + bias.base[neuron]
      }
    }
  }
}
