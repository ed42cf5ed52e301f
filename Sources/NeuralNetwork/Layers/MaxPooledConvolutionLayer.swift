import CKernels
import Tensors

/// A convolution as ``WindowConvolutionLayer`` is, and the maximum of 2x2 windows of its outputs, stride 2: two rows of
/// outputs at a time, so that they never leave the processor's cache.
///
/// Before the pool there is four times as much as behind it. Where the input has few channels, computing that a second
/// time in the backward pass costs less than writing it to memory and reading it back.
public final class MaxPooledConvolutionLayer: Layer {
  /// The name in tables and logs, and the beginning of its parameters' names.
  public let name: String
  /// What one image's input is.
  public let inputShape: ActivationShape
  /// What one image's output is; an odd last row or column of the convolution is left out.
  public let outputShape: ActivationShape
  /// Whether a ReLU follows.
  public let rectifies: Bool
  private let filters: WindowFilters

  /// - Parameters:
  ///   - name: Its parameters are `name.weight` and `name.bias`.
  ///   - inputShape: Images of which the convolution makes at least 2x2 pixels.
  ///   - outputChannels: A multiple of 32.
  ///   - windowHeight: Rows of the convolution's window.
  ///   - windowWidth: Pixels of its rows.
  ///   - padding: Zeros around the image, less than the window.
  ///   - inputRepeats: How often the input's channels stand for themselves in the weights.
  ///   - hasBias: Whether a bias is added.
  ///   - rectifies: Whether a ReLU follows.
  ///   - initialization: How the weights begin; the bias begins with 0.
  ///   - store: Where the parameters are.
  public init(
    name: String, inputShape: ActivationShape, outputChannels: Int, windowHeight: Int, windowWidth: Int,
    padding: Int, inputRepeats: Int = 1, hasBias: Bool, rectifies: Bool,
    initialization: Initialization = .heNormal,
    store: ParameterStore
  ) {
    self.name = name
    self.inputShape = inputShape
    self.rectifies = rectifies
    filters = WindowFilters(
      name: name, inputShape: inputShape, outputChannels: outputChannels, windowHeight: windowHeight,
      windowWidth: windowWidth, padding: padding, stride: 1, inputRepeats: inputRepeats,
      hasBias: hasBias, initialization: initialization, store: store)
    let convolved = filters.outputShape
    precondition(convolved.height >= 2 && convolved.width >= 2)
    outputShape = ActivationShape(
      height: convolved.height / 2, width: convolved.width / 2, channels: outputChannels)
  }

  /// [out, repeats x in, height, width].
  public var weights: Parameter { filters.weights }
  /// [out]; none where batch norm follows.
  public var bias: Parameter? { filters.bias }
  /// What is trained.
  public var parameters: [Parameter] { [weights] + (bias.map { [$0] } ?? []) }

  /// Pixels of two rows of the convolution.
  private var pairPixels: Int { 2 * filters.outputShape.width }
  /// Values of two rows of the convolution.
  private var pairCount: Int { pairPixels * outputShape.channels }
  /// Values of their neighbourhoods, with a gap that lets what follows begin with a cache line.
  private var rowsCount: Int { (pairPixels * filters.inner + 15) / 16 * 16 }
  /// Values of a row of outputs.
  private var rowCount: Int { outputShape.width * outputShape.channels }
  /// Floats of a worker: neighbourhoods, their outputs, the outputs' gradients and those in panels, and the weights'
  /// gradient.
  private var workerCount: Int {
    rowsCount + 3 * pairCount + filters.inner * outputShape.channels
  }
  /// Floats of a worker for the gradient by the input: an image's gradients before the pool, and what they become.
  private var inputWorkerCount: Int { filters.outputShape.count + filters.inputGradientWorkspace }

  /// Floats of work space that the passes need.
  public func workspaceCount(images: Int, workerCount workers: Int) -> Int {
    (rectifies ? images * outputShape.count : 0) + workers * workerCount + filters.transposedCount
      + workers * inputWorkerCount
  }

  /// Computes the output.
  public func forward(_ pass: ForwardPass) {
    filters.pack(pass.pool)
    pass.pool.split(pass.images * outputShape.height) { worker, range in
      let rows = pass.workspace.baseAddress! + worker * workerCount
      let convolved = rows + rowsCount
      for row in range {
        convolvePair(pass.input, row: row, rectifies: rectifies, rows: rows, into: convolved)
        kernel_max_pool_2x2(
          convolved, 1, 2, filters.outputShape.width, outputShape.channels, pass.output + row * rowCount)
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

  /// Every worker sums over its own rows; the sums are added up in the workers' order.
  private func writeWeightGradient(
    _ pass: BackwardPass, _ outputGradient: UnsafePointer<Float>, workspace: UnsafeMutablePointer<Float>
  ) {
    let stride = workerCount
    let sumsPlace = rowsCount + 3 * pairCount
    pass.pool.forEachWorker { worker in
      (workspace + worker * stride + sumsPlace).update(
        repeating: 0, count: filters.inner * outputShape.channels)
    }
    pass.pool.split(pass.images * outputShape.height) { worker, range in
      let rows = workspace + worker * stride
      let convolved = rows + rowsCount
      let gradient = convolved + pairCount
      for row in range {
        spread(pass.input, outputGradient, row: row, rows: rows, convolved: convolved, into: gradient)
        filters.addWeightGradient(
          rows: rows, gradient: gradient, count: pairPixels, packed: gradient + pairCount,
          to: rows + sumsPlace)
      }
    }
    filters.writeWeightGradient(pass.pool) { workspace + $0 * stride + sumsPlace }
  }

  private func writeInputGradient(
    _ pass: BackwardPass, _ outputGradient: UnsafePointer<Float>,
    workspace: UnsafeMutablePointer<Float>, to inputGradient: UnsafeMutablePointer<Float>
  ) {
    let transposed = workspace + pass.pool.workerCount * workerCount
    filters.packTransposed(into: transposed, pass.pool)
    let convolution = filters.outputShape
    pass.pool.split(pass.images) { worker, range in
      let rows = workspace + worker * workerCount
      let spreadImage = transposed + filters.transposedCount + worker * inputWorkerCount
      for image in range {
        for row in 0..<outputShape.height {
          spread(
            pass.input, outputGradient, row: image * outputShape.height + row, rows: rows,
            convolved: rows + rowsCount, into: spreadImage + row * pairCount)
        }
        if convolution.height % 2 == 1 {
          (spreadImage + outputShape.height * pairCount).update(repeating: 0, count: pairCount / 2)
        }
        let target = inputGradient + image * inputShape.count
        target.update(repeating: 0, count: inputShape.count)
        filters.addInputGradient(
          spreadImage, transposed: transposed, workspace: spreadImage + convolution.count, to: target)
      }
    }
  }

  /// The two rows of the convolution under a row of outputs.
  ///
  /// - Parameter row: Numbered through the batch.
  private func convolvePair(
    _ input: UnsafePointer<Float>, row: Int, rectifies: Bool, rows: UnsafeMutablePointer<Float>,
    into convolved: UnsafeMutablePointer<Float>
  ) {
    let (image, y) = row.quotientAndRemainder(dividingBy: outputShape.height)
    let first = image * filters.outputShape.pixels + 2 * y * filters.outputShape.width
    filters.gather(input, first: first, count: pairPixels, into: rows)
    filters.convolve(rows: rows, count: pairPixels, rectifies: rectifies, into: convolved)
  }

  /// The gradient by the two rows of the convolution under a row of outputs: each output's goes to its first maximum.
  private func spread(
    _ input: UnsafePointer<Float>, _ outputGradient: UnsafePointer<Float>, row: Int,
    rows: UnsafeMutablePointer<Float>, convolved: UnsafeMutablePointer<Float>,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    convolvePair(input, row: row, rectifies: false, rows: rows, into: convolved)
    kernel_max_pool_gradient_2x2(
      convolved, outputGradient + row * rowCount, 2, filters.outputShape.width, outputShape.channels,
      gradient)
  }
}
