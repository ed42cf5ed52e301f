import Foundation

/// Turns logits into probabilities that sum to 1: `exp(x_i) / sum exp(x_j)`.
public func softmax(_ logits: some Collection<Float>) -> [Float] {
  // Subtracting the largest changes nothing in the result and keeps exp from overflowing.
  let largest = logits.max() ?? 0
  let exponentials = logits.map { Foundation.exp(Double($0 - largest)) }
  let sum = exponentials.reduce(0, +)
  return exponentials.map { Float($0 / sum) }
}
