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
  /// [out, repeats x in, height, width].
  public let weights: Parameter
  /// [out]; none where batch norm follows.
  public let bias: Parameter?
  /// Whether a ReLU follows.
  public let rectifies: Bool

  private let window: kernel_window
  /// How often the input stands for itself.
  private let repeats: Int
  /// Values of a neighbourhood.
  private let inner: Int
  /// [window row, window column, in, out], in panels of 32 outputs.
  private let panels: FloatStorage

  private static let columns = PackedFilters.panelColumns
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
    precondition(outputChannels % Self.columns == 0 && stride > 0 && inputRepeats > 0)
    precondition((0..<min(windowHeight, windowWidth)).contains(padding))
    precondition(
      windowHeight <= inputShape.height + 2 * padding && windowWidth <= inputShape.width + 2 * padding)
    self.name = name
    self.inputShape = inputShape
    self.rectifies = rectifies
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

  /// What is trained.
  public var parameters: [Parameter] { [weights] + (bias.map { [$0] } ?? []) }

  private var panelCount: Int { outputShape.channels / Self.columns }
  /// Floats of a worker: neighbourhoods, their products or gradients, and the weights' gradient.
  private var workerCount: Int {
    Self.blockPixels * (inner + outputShape.channels) + inner * outputShape.channels
  }

  /// Floats of work space that the passes need.
  public func workspaceCount(images: Int, workerCount workers: Int) -> Int {
    let rectified = rectifies ? images * outputShape.count : 0
    let transposed = (inner + Self.columns - 1) / Self.columns * Self.columns * outputShape.channels
    let imageGradient = outputShape.pixels * (inner + Self.columns)
    return rectified + max(workers * workerCount, transposed + workers * imageGradient)
  }

  /// Computes the output.
  public func forward(_ pass: ForwardPass) {
    packWeights()
    let channels = outputShape.channels
    pass.pool.split(pass.images * outputShape.pixels) { worker, range in
      let rows = pass.workspace.baseAddress! + worker * Self.blockPixels * inner
      forEachBlock(of: range) { first, count in
        withUnsafePointer(to: window) { kernel_im2col($0, pass.input, first, count, rows) }
        let target = pass.output + first * channels
        kernel_multiply_packed(rows, inner, count, inner, panels.base, panelCount, 0, target, channels)
        if let bias {
          kernel_add_bias(target, count, channels, channels, bias.values.base, rectifies ? 1 : 0)
        } else if rectifies {
          for index in 0..<count * channels where target[index] < 0 { target[index] = 0 }
        }
      }
    }
  }

  /// Computes the gradients.
  public func backward(_ pass: BackwardPass) {
    let count = pass.images * outputShape.count
    var outputGradient = pass.outputGradient
    var workspace = pass.workspace.baseAddress!
    if rectifies {
      kernel_rectifier_gradient(pass.output, outputGradient, count, workspace)
      outputGradient = UnsafePointer(workspace)
      workspace += count
    }
    if pass.computesParameterGradients {
      writeWeightGradient(pass, outputGradient, workspace: workspace)
      if let bias {
        ChannelSums.write(
          outputGradient, rows: pass.images * outputShape.pixels, channels: outputShape.channels,
          to: bias.gradient.base, pool: pass.pool)
      }
    }
    if let inputGradient = pass.inputGradient {
      writeInputGradient(pass, outputGradient, to: inputGradient, workspace: workspace)
    }
  }

  /// Every worker sums over its own pixels; the sums are added up in the workers' order.
  private func writeWeightGradient(
    _ pass: BackwardPass, _ outputGradient: UnsafePointer<Float>, workspace: UnsafeMutablePointer<Float>
  ) {
    let channels = outputShape.channels
    let sumsPlace = Self.blockPixels * (inner + channels)
    let stride = workerCount
    pass.pool.forEachWorker { worker in
      (workspace + worker * stride + sumsPlace).update(repeating: 0, count: inner * channels)
    }
    pass.pool.split(pass.images * outputShape.pixels) { worker, range in
      let rows = workspace + worker * stride
      let gradients = rows + Self.blockPixels * inner
      let sums = rows + sumsPlace
      forEachBlock(of: range) { first, count in
        withUnsafePointer(to: window) { kernel_im2col($0, pass.input, first, count, rows) }
        kernel_pack_panels(outputGradient + first * channels, count, channels, channels, gradients)
        for panel in 0..<panelCount {
          kernel_multiply_transposed(
            rows, inner, inner, count, gradients + panel * count * Self.columns, 1, 1,
            sums + panel * Self.columns, channels)
        }
      }
    }
    forEachWeight { place, output, weight in
      var sum: Float = 0
      for worker in 0..<pass.pool.workerCount {
        sum += workspace[worker * stride + sumsPlace + place * channels + output]
      }
      weights.gradient.base[weight] = sum
    }
  }

  /// The gradient by every neighbourhood, added up where neighbourhoods overlap.
  private func writeInputGradient(
    _ pass: BackwardPass, _ outputGradient: UnsafePointer<Float>,
    to inputGradient: UnsafeMutablePointer<Float>, workspace: UnsafeMutablePointer<Float>
  ) {
    let (channels, pixels) = (outputShape.channels, outputShape.pixels)
    // [out, inner] in panels of the inner values.
    let innerPanels = (inner + Self.columns - 1) / Self.columns
    workspace.update(repeating: 0, count: innerPanels * Self.columns * channels)
    forEachWeight { place, output, weight in
      workspace[(place / Self.columns * channels + output) * Self.columns + place % Self.columns] +=
        weights.values.base[weight]
    }
    let start = innerPanels * Self.columns * channels
    pass.pool.split(pass.images) { worker, range in
      let rows = workspace + start + worker * pixels * (inner + Self.columns)
      let edge = rows + pixels * inner
      for image in range {
        let gradient = outputGradient + image * outputShape.count
        for panel in 0..<innerPanels {
          let width = min(Self.columns, inner - panel * Self.columns)
          let isWhole = width == Self.columns
          kernel_multiply_packed(
            gradient, channels, pixels, channels, workspace + panel * channels * Self.columns, 1, 0,
            isWhole ? rows + panel * Self.columns : edge, isWhole ? inner : Self.columns)
          if isWhole { continue }
          for pixel in 0..<pixels {
            (rows + pixel * inner + panel * Self.columns).update(
              from: edge + pixel * Self.columns, count: width)
          }
        }
        let target = inputGradient + image * inputShape.count
        target.update(repeating: 0, count: inputShape.count)
        withUnsafePointer(to: window) { kernel_col2im($0, rows, target) }
      }
    }
  }

  private func packWeights() {
    panels.base.update(repeating: 0, count: panels.count)
    forEachWeight { place, output, weight in
      panels.base[(output / Self.columns * inner + place) * Self.columns + output % Self.columns] +=
        weights.values.base[weight]
    }
  }

  /// Calls `body` with every weight's place in a neighbourhood, its output and its place in ``weights``.
  private func forEachWeight(_ body: (_ place: Int, _ output: Int, _ weight: Int) -> Void) {
    let (inputs, taps) = (inputShape.channels, window.kernel_height * window.kernel_width)
    var weight = 0
    for output in 0..<outputShape.channels {
      for _ in 0..<repeats {
        for input in 0..<inputs {
          for tap in 0..<taps {
            body(tap * inputs + input, output, weight)
            weight += 1
          }
        }
      }
    }
  }

  private func forEachBlock(of range: Range<Int>, _ body: (Int, Int) -> Void) {
    for first in stride(from: range.lowerBound, to: range.upperBound, by: Self.blockPixels) {
      body(first, min(Self.blockPixels, range.upperBound - first))
    }
  }
}
