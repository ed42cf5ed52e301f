import Foundation
import Tensors

/// How a parameter's first values are drawn.
public enum Initialization: Sendable, Hashable {
  /// All the same.
  case constant(Float)
  /// Normal with variance 2 / fan in, for layers that a ReLU follows (K. He et al., "Delving Deep into Rectifiers",
  /// ICCV 2015, equation 10).
  case heNormal
  /// Uniform within ±sqrt(6 / (fan in + fan out)), Keras's default (X. Glorot, Y. Bengio, "Understanding the
  /// difficulty of training deep feedforward neural networks", AISTATS 2010, equation 16).
  case glorotUniform

  /// Sets a parameter's values.
  ///
  /// - Parameters:
  ///   - parameter: [out, in, ...]; a filter's rows and columns count into both fans.
  ///   - random: Where the numbers come from; row by row, so that they do not depend on the layout.
  public func fill(_ parameter: Parameter, random: inout SeededGenerator) {
    let area = parameter.shape.dropFirst(2).reduce(1, *)
    let fanOut = Float((parameter.shape.first ?? 1) * area)
    let fanIn = Float((parameter.shape.count > 1 ? parameter.shape[1] : 1) * area)
    switch self {
    case .constant(let value):
      parameter.setRowMajor([Float](repeating: value, count: parameter.count))
    case .heNormal:
      let deviation = (2 / fanIn).squareRoot()
      parameter.setRowMajor((0..<parameter.count).map { _ in deviation * random.nextNormal() })
    case .glorotUniform:
      let limit = (6 / (fanIn + fanOut)).squareRoot()
      parameter.setRowMajor((0..<parameter.count).map { _ in limit * (2 * random.nextUnit() - 1) })
    }
  }
}
