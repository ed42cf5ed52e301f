import CKernels
import Tensors

/// The filters of a convolution by its definition and the window that they look through, laid out for products of
/// neighbourhoods (im2col) with them: what ``WindowConvolutionLayer`` and ``MaxPooledConvolutionLayer`` share.
struct WindowFilters {
  /// Pixels of the outputs, and their channels.
  let outputShape: ActivationShape
  /// [out, repeats x in, height, width].
  let weights: Parameter
  /// [out]; none where batch norm follows.
  let bias: Parameter?
  /// Values of a neighbourhood.
  let inner: Int

  private let window: kernel_window
  /// How often the input stands for itself.
  private let repeats: Int
  /// [window row, window column, in, out], in panels of 32 outputs.
  private let panels: FloatStorage

  static let columns = PackedFilters.panelColumns

  /// Its parameters are those of ``WindowConvolutionLayer``.
  init(
    name: String, inputShape: ActivationShape, outputChannels: Int, windowHeight: Int, windowWidth: Int,
    padding: Int, stride: Int, inputRepeats: Int, hasBias: Bool, initialization: Initialization,
    store: ParameterStore
  ) {
    precondition(outputChannels % Self.columns == 0 && stride > 0 && inputRepeats > 0)
    precondition((0..<min(windowHeight, windowWidth)).contains(padding))
    precondition(
      windowHeight <= inputShape.height + 2 * padding && windowWidth <= inputShape.width + 2 * padding)
    outputShape = ActivationShape(
      height: (inputShape.height + 2 * padding - windowHeight) / stride + 1,
      width: (inputShape.width + 2 * padding - windowWidth) / stride + 1, channels: outputChannels)
    repeats = inputRepeats
    window = kernel_window(
      height: inputShape.height, width: inputShape.width, channels: inputShape.channels,
      kernel_height: windowHeight, kernel_width: windowWidth, padding: padding, stride: stride)
    inner = windowHeight * windowWidth * inputShape.channels
    weights = store.parameter(
      "\(name).weight",
      shape: [outputChannels, inputRepeats * inputShape.channels, windowHeight, windowWidth],
      initialization: initialization, decays: true)
    bias =
      hasBias
      ? store.parameter(
        "\(name).bias", shape: [outputChannels], initialization: .constant(0), decays: false) : nil
    panels = FloatStorage(zeros: inner * outputChannels)
  }

  var panelCount: Int { outputShape.channels / Self.columns }

  private var shape: kernel_filters {
    kernel_filters(
      outputs: outputShape.channels, repeats: repeats, inputs: window.channels,
      taps: window.kernel_height * window.kernel_width)
  }

  /// Lays the weights out for ``convolve(rows:count:rectifies:into:)``, which holds until they change.
  func pack(_ pool: WorkerPool) {
    pool.split(panelCount) { _, range in
      withUnsafePointer(to: shape) {
        kernel_pack_window_filters($0, weights.values.base, range.lowerBound, range.count, panels.base)
      }
    }
  }

  /// Lays out neighbourhoods: [count, inner].
  ///
  /// - Parameter first: The first output pixel, numbered through the batch.
  func gather(
    _ input: UnsafePointer<Float>, first: Int, count: Int, into rows: UnsafeMutablePointer<Float>
  ) {
    withUnsafePointer(to: window) { kernel_im2col($0, input, first, count, rows) }
  }

  /// The outputs of neighbourhoods, with the bias and, if asked for, a ReLU: [count, out].
  func convolve(
    rows: UnsafePointer<Float>, count: Int, rectifies: Bool, into target: UnsafeMutablePointer<Float>
  ) {
    let channels = outputShape.channels
    kernel_multiply_packed(rows, inner, count, inner, panels.base, panelCount, 0, target, channels)
    if let bias {
      kernel_add_bias(target, count, channels, channels, bias.values.base, rectifies ? 1 : 0)
    } else if rectifies {
      for index in 0..<count * channels where target[index] < 0 { target[index] = 0 }
    }
  }

  /// Adds neighbourhoods times gradients to a worker's sums, [inner, out].
  ///
  /// - Parameter packed: Work space of `count` x out floats.
  func addWeightGradient(
    rows: UnsafePointer<Float>, gradient: UnsafePointer<Float>, count: Int,
    packed: UnsafeMutablePointer<Float>, to sums: UnsafeMutablePointer<Float>
  ) {
    let channels = outputShape.channels
    kernel_pack_panels(gradient, count, channels, channels, packed)
    for panel in 0..<panelCount {
      kernel_multiply_transposed(
        rows, inner, inner, count, packed + panel * count * Self.columns, 1, 1,
        sums + panel * Self.columns, channels)
    }
  }

  /// Writes the weights' gradient from the workers' sums, which are added up in the workers' order, in the first's place.
  func writeWeightGradient(_ pool: WorkerPool, sums: (Int) -> UnsafeMutablePointer<Float>) {
    let total = sums(0)
    pool.split(inner * outputShape.channels, multiple: 16) { _, range in
      for worker in 1..<max(1, pool.workerCount) {
        kernel_add(total + range.lowerBound, sums(worker) + range.lowerBound, range.count)
      }
    }
    pool.split(outputShape.channels, multiple: Self.columns) { _, range in
      withUnsafePointer(to: shape) {
        kernel_unpack_window_gradient(
          $0, total, range.lowerBound, range.count, weights.gradient.base)
      }
    }
  }

  /// A layer's backward pass: through its ReLU, the bias's gradient, and what the layer itself does with the rest.
  ///
  /// - Parameters:
  ///   - pass: The layer's.
  ///   - outputShape: What one image's output is.
  ///   - rectifies: Whether a ReLU follows; where an output is not above 0, nothing before it has a gradient.
  ///   - weightGradient: Gets the gradient before the ReLU and the work space behind it.
  ///   - inputGradient: The same, and where the gradient by the input goes.
  func backward(
    _ pass: BackwardPass, outputShape: ActivationShape, rectifies: Bool,
    weightGradient: (UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void,
    inputGradient: (UnsafePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) {
    var outputGradient = pass.outputGradient
    var workspace = pass.workspace.baseAddress!
    if rectifies {
      let (count, rectified, incoming) = (pass.images * outputShape.count, workspace, outputGradient)
      pass.pool.split(count, multiple: 16) { _, range in
        kernel_rectifier_gradient(
          pass.output + range.lowerBound, incoming + range.lowerBound, range.count,
          rectified + range.lowerBound)
      }
      outputGradient = UnsafePointer(rectified)
      workspace += count
    }
    if pass.computesParameterGradients {
      weightGradient(outputGradient, workspace)
      if let bias {
        ChannelSums.write(
          outputGradient, rows: pass.images * outputShape.pixels, channels: outputShape.channels,
          to: bias.gradient.base, pool: pass.pool)
      }
    }
    if let target = pass.inputGradient { inputGradient(outputGradient, workspace, target) }
  }

  /// Floats of the weights as ``addInputGradient(_:transposed:workspace:to:)`` takes them.
  var transposedCount: Int { innerPanels * Self.columns * outputShape.channels }
  /// Floats of work space of ``addInputGradient(_:transposed:workspace:to:)``.
  var inputGradientWorkspace: Int { outputShape.pixels * (inner + Self.columns) }
  private var innerPanels: Int { (inner + Self.columns - 1) / Self.columns }

  /// Lays the weights out as [out, inner] in panels of the inner values.
  func packTransposed(into transposed: UnsafeMutablePointer<Float>, _ pool: WorkerPool) {
    pool.split(outputShape.channels) { _, range in
      withUnsafePointer(to: shape) {
        kernel_pack_window_filters_transposed(
          $0, weights.values.base, range.lowerBound, range.count, transposed)
      }
    }
  }

  /// Adds one image's gradient by every neighbourhood to the gradient by the input, where neighbourhoods overlap more
  /// than once.
  ///
  /// - Parameters:
  ///   - gradient: By the image's outputs.
  ///   - transposed: What ``packTransposed(into:)`` wrote.
  ///   - workspace: ``inputGradientWorkspace`` floats.
  ///   - target: The image's gradient, with zeros in it.
  func addInputGradient(
    _ gradient: UnsafePointer<Float>, transposed: UnsafePointer<Float>,
    workspace: UnsafeMutablePointer<Float>, to target: UnsafeMutablePointer<Float>
  ) {
    let (channels, pixels) = (outputShape.channels, outputShape.pixels)
    let rows = workspace
    let edge = rows + pixels * inner
    for panel in 0..<innerPanels {
      let width = min(Self.columns, inner - panel * Self.columns)
      let isWhole = width == Self.columns
      kernel_multiply_packed(
        gradient, channels, pixels, channels, transposed + panel * channels * Self.columns, 1, 0,
        isWhole ? rows + panel * Self.columns : edge, isWhole ? inner : Self.columns)
      if isWhole { continue }
      for pixel in 0..<pixels {
        (rows + pixel * inner + panel * Self.columns).update(
          from: edge + pixel * Self.columns, count: width)
      }
    }
    withUnsafePointer(to: window) { kernel_col2im($0, rows, target) }
  }
}
