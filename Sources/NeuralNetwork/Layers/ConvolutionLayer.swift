import CKernels
import Tensors

/// A trained 3x3 convolution with padding 1 and stride 1 through Winograd's transforms, forward and backward, with or
/// without bias and ReLU.
public final class ConvolutionLayer: Layer {
  /// The name in tables and logs, and the beginning of its parameters' names.
  public let name: String
  /// What one image's input is.
  public let inputShape: ActivationShape
  /// What one image's output is.
  public let outputShape: ActivationShape
  /// [out, in, 3, 3].
  public let weights: Parameter
  /// [out]; none where batch norm follows, whose own offset it would only repeat.
  public let bias: Parameter?
  /// Whether a ReLU follows.
  public let rectifies: Bool

  private let forwardConvolution: WinogradConvolution
  private let dataGradient: WinogradConvolution
  private let filterGradient: WinogradFilterGradient
  /// The filters turned and with their channels exchanged; made anew in each backward pass.
  private let rotated: FloatStorage

  /// - Parameters:
  ///   - name: Its parameters are `name.weight` and `name.bias`.
  ///   - inputShape: With a multiple of 32 channels.
  ///   - outputChannels: A multiple of 32.
  ///   - hasBias: Whether a bias is added.
  ///   - rectifies: Whether a ReLU follows.
  ///   - initialization: How the filters begin; the bias begins with 0.
  ///   - store: Where the parameters are.
  public init(
    name: String, inputShape: ActivationShape, outputChannels: Int, hasBias: Bool, rectifies: Bool,
    initialization: Initialization = .heNormal, store: ParameterStore
  ) {
    let inputs = inputShape.channels
    precondition(inputs % 32 == 0 && outputChannels % 32 == 0)
    self.name = name
    self.inputShape = inputShape
    self.rectifies = rectifies
    outputShape = ActivationShape(
      height: inputShape.height, width: inputShape.width, channels: outputChannels)
    weights = store.parameter(
      "\(name).weight", shape: [outputChannels, inputs, 3, 3], layout: .filterPanels,
      initialization: initialization, decays: true)
    bias =
      hasBias
      ? store.parameter(
        "\(name).bias", shape: [outputChannels], initialization: .constant(0), decays: false) : nil
    let tile = WinogradConvolution.Tile(height: inputShape.height, width: inputShape.width)
    rotated = FloatStorage(zeros: weights.count)
    forwardConvolution = WinogradConvolution(
      filters: PackedFilters(
        packed: weights.values, inputChannels: inputs, outputChannels: outputChannels),
      bias: bias?.values, rectifies: rectifies, inputChannels: inputs, outputChannels: outputChannels,
      tile: tile)
    // The data gradient is a convolution too: of the output's gradient with the filters turned by 180 degrees.
    dataGradient = WinogradConvolution(
      filters: PackedFilters(packed: rotated, inputChannels: outputChannels, outputChannels: inputs),
      bias: nil, rectifies: false, inputChannels: outputChannels, outputChannels: inputs, tile: tile)
    filterGradient = WinogradFilterGradient(
      inputChannels: inputs, outputChannels: outputChannels, tile: tile)
  }

  /// What is trained.
  public var parameters: [Parameter] { [weights] + (bias.map { [$0] } ?? []) }

  private func batch(_ images: Int) -> ConvolutionShape {
    ConvolutionShape(images: images, height: inputShape.height, width: inputShape.width)
  }

  /// Where a ReLU is part of the layer, its gradient stands in front of the work space.
  private func rectifiedCount(_ images: Int) -> Int { rectifies ? images * outputShape.count : 0 }

  /// Floats of work space that the passes need.
  public func workspaceCount(images: Int, workerCount: Int) -> Int {
    let shape = batch(images)
    return rectifiedCount(images)
      + max(
        forwardConvolution.workspaceCount(for: shape, workerCount: workerCount),
        dataGradient.workspaceCount(for: shape, workerCount: workerCount),
        filterGradient.workspaceCount(for: shape, workerCount: workerCount))
  }

  /// Computes the output.
  public func forward(_ pass: ForwardPass) {
    forwardConvolution.apply(
      to: pass.input, shape: batch(pass.images), output: pass.output, workspace: pass.workspace,
      pool: pass.pool)
  }

  /// Computes the gradients.
  public func backward(_ pass: BackwardPass) {
    let shape = batch(pass.images)
    var outputGradient = pass.outputGradient
    let workspace = UnsafeMutableBufferPointer(rebasing: pass.workspace[rectifiedCount(pass.images)...])
    if rectifies {
      let (rectified, incoming) = (pass.workspace.baseAddress!, outputGradient)
      pass.pool.split(pass.images * outputShape.count, multiple: 16) { _, range in
        kernel_rectifier_gradient(
          pass.output + range.lowerBound, incoming + range.lowerBound, range.count,
          rectified + range.lowerBound)
      }
      outputGradient = UnsafePointer(rectified)
    }
    if pass.computesParameterGradients {
      filterGradient.compute(
        input: pass.input, outputGradient: outputGradient, shape: shape, gradient: weights.gradient.base,
        workspace: workspace, pool: pass.pool)
      if let bias {
        ChannelSums.write(
          outputGradient, rows: shape.pixels, channels: outputShape.channels, to: bias.gradient.base,
          pool: pass.pool)
      }
    }
    guard let inputGradient = pass.inputGradient else { return }
    let panels = inputShape.channels / PackedFilters.panelColumns
    pass.pool.split(panels) { _, range in
      kernel_pack_rotated_filters(
        weights.values.base, inputShape.channels, outputShape.channels, range.lowerBound, range.count,
        rotated.base)
    }
    dataGradient.apply(
      to: outputGradient, shape: shape, output: inputGradient, workspace: workspace, pool: pass.pool)
  }
}
