import CKernels
import Tensors

/// A trained convolution by its definition, any window: rows of neighbourhoods (im2col) times the weights. For first
/// layers with their few input channels and for windows that Winograd's transforms do not cover.
///
/// An input whose planes are all the same, as a grey picture that is given three times, is stored and read once: the
/// filters' planes are summed, and each of them has the sum's gradient.
public final class WindowConvolutionLayer: Layer {
  /// The name in tables and logs, and the beginning of its parameters' names.
  public let name: String
  /// What one image's input is.
  public let inputShape: ActivationShape
  /// What one image's output is.
  public let outputShape: ActivationShape
  /// Whether a ReLU follows.
  public let rectifies: Bool
  private let filters: WindowFilters

  /// Neighbourhoods laid out at a time.
  private static let blockPixels = 96

  /// - Parameters:
  ///   - name: Its parameters are `name.weight` and `name.bias`.
  ///   - inputShape: Images at least as large as the window.
  ///   - outputChannels: A multiple of 32.
  ///   - windowHeight: Rows of the window.
  ///   - windowWidth: Pixels of its rows.
  ///   - padding: Zeros around the image, less than the window.
  ///   - stride: Pixels from one window to the next, down and across.
  ///   - inputRepeats: How often the input's channels stand for themselves in the weights.
  ///   - hasBias: Whether a bias is added.
  ///   - rectifies: Whether a ReLU follows.
  ///   - initialization: How the weights begin; the bias begins with 0.
  ///   - store: Where the parameters are.
  public init(
    name: String, inputShape: ActivationShape, outputChannels: Int, windowHeight: Int, windowWidth: Int,
    padding: Int, stride: Int = 1, inputRepeats: Int = 1, hasBias: Bool, rectifies: Bool,
    initialization: Initialization = .heNormal,
    store: ParameterStore
  ) {
    self.name = name
    self.inputShape = inputShape
    self.rectifies = rectifies
    filters = WindowFilters(
      name: name, inputShape: inputShape, outputChannels: outputChannels, windowHeight: windowHeight,
      windowWidth: windowWidth, padding: padding, stride: stride, inputRepeats: inputRepeats,
      hasBias: hasBias, initialization: initialization, store: store)
    outputShape = filters.outputShape
  }

  /// [out, repeats x in, height, width].
  public var weights: Parameter { filters.weights }
  /// [out]; none where batch norm follows.
  public var bias: Parameter? { filters.bias }
  /// What is trained.
  public var parameters: [Parameter] { [weights] + (bias.map { [$0] } ?? []) }

  /// Floats of a worker: neighbourhoods, their gradients, and the weights' gradient.
  private var workerCount: Int {
    Self.blockPixels * (filters.inner + outputShape.channels) + filters.inner * outputShape.channels
  }

  /// Floats of work space that the passes need.
  public func workspaceCount(images: Int, workerCount workers: Int) -> Int {
    let rectified = rectifies ? images * outputShape.count : 0
    return rectified
      + max(workers * workerCount, filters.transposedCount + workers * filters.inputGradientWorkspace)
  }

  /// Computes the output.
  public func forward(_ pass: ForwardPass) {
    filters.pack(pass.pool)
    pass.pool.split(pass.images * outputShape.pixels) { worker, range in
      let rows = pass.workspace.baseAddress! + worker * Self.blockPixels * filters.inner
      forEachBlock(of: range) { first, count in
        filters.gather(pass.input, first: first, count: count, into: rows)
        filters.convolve(
          rows: rows, count: count, rectifies: rectifies, into: pass.output + first * outputShape.channels)
      }
    }
  }

  /// Computes the gradients.
  public func backward(_ pass: BackwardPass) {
    filters.backward(
      pass, outputShape: outputShape, rectifies: rectifies,
      weightGradient: { writeWeightGradient(pass, $0, workspace: $1) },
      inputGradient: { writeInputGradient(pass, $0, workspace: $1, to: $2) })
  }

  /// Every worker sums over its own pixels; the sums are added up in the workers' order.
  private func writeWeightGradient(
    _ pass: BackwardPass, _ outputGradient: UnsafePointer<Float>, workspace: UnsafeMutablePointer<Float>
  ) {
    let (inner, channels) = (filters.inner, outputShape.channels)
    let sumsPlace = Self.blockPixels * (inner + channels)
    let stride = workerCount
    pass.pool.forEachWorker { worker in
      (workspace + worker * stride + sumsPlace).update(repeating: 0, count: inner * channels)
    }
    pass.pool.split(pass.images * outputShape.pixels) { worker, range in
      let rows = workspace + worker * stride
      forEachBlock(of: range) { first, count in
        filters.gather(pass.input, first: first, count: count, into: rows)
        filters.addWeightGradient(
          rows: rows, gradient: outputGradient + first * channels, count: count,
          packed: rows + Self.blockPixels * inner, to: rows + sumsPlace)
      }
    }
    filters.writeWeightGradient(pass.pool) { workspace + $0 * stride + sumsPlace }
  }

  private func writeInputGradient(
    _ pass: BackwardPass, _ outputGradient: UnsafePointer<Float>,
    workspace: UnsafeMutablePointer<Float>, to inputGradient: UnsafeMutablePointer<Float>
  ) {
    filters.packTransposed(into: workspace, pass.pool)
    pass.pool.split(pass.images) { worker, range in
      let rows = workspace + filters.transposedCount + worker * filters.inputGradientWorkspace
      for image in range {
        let target = inputGradient + image * inputShape.count
        target.update(repeating: 0, count: inputShape.count)
        filters.addInputGradient(
          outputGradient + image * outputShape.count, transposed: workspace, workspace: rows, to: target)
      }
    }
  }

  private func forEachBlock(of range: Range<Int>, _ body: (Int, Int) -> Void) {
    for first in stride(from: range.lowerBound, to: range.upperBound, by: Self.blockPixels) {
      body(first, min(Self.blockPixels, range.upperBound - first))
    }
  }
}
