import NeuralNetwork

extension NetworkKind {
  /// Why no network is built of it; nil where one is. Whoever reads it from a file asks this before
  /// ``layers(side:classCount:store:)``, which takes what is absurd for a mistake of the program.
  var fault: String? {
    switch self {
    case .perceptron(let hidden, let dropout, _), .deepPerceptron(let hidden, let dropout):
      Self.fault(hidden: hidden) ?? Self.fault(dropout: dropout)
    case .smallConvolutional(_, let widths):
      widths.count == 3 ? Self.fault(widths: widths) : "\(widths.count) widths where the network has 3"
    case .deepConvolutional(let widths, let dropout):
      Self.fault(widths: widths) ?? Self.fault(dropout: dropout)
    case .vgg19(_, let dropout, let trained):
      Self.fault(dropout: dropout) ?? Self.fault(trained: trained ?? 0)
    case .transfer(let hidden, _, let trained):
      Self.fault(hidden: hidden) ?? Self.fault(trained: trained)
    }
  }

  private static func fault(hidden: [Int]) -> String? {
    if hidden.count > 8 { return "\(hidden.count) hidden layers, at most 8 are built" }
    return hidden.first { !(1...4096).contains($0) }.map { "a layer of \($0), built are 1 to 4096" }
  }

  /// Every block halves the picture, and the kernels take 32 channels at a time.
  private static func fault(widths: [Int]) -> String? {
    if !(1...5).contains(widths.count) { return "\(widths.count) widths, built are 1 to 5" }
    return widths.first { !(32...1024).contains($0) || $0 % 32 != 0 }
      .map { "a width of \($0), built are multiples of 32 up to 1024" }
  }

  private static func fault(dropout: Float) -> String? {
    (0..<1).contains(dropout) ? nil : "a dropout of \(dropout), it is at least 0 and less than 1"
  }

  private static func fault(trained: Int) -> String? {
    (0...VGG19.convolutionCount).contains(trained)
      ? nil : "\(trained) trained convolutions of \(VGG19.convolutionCount)"
  }
}
