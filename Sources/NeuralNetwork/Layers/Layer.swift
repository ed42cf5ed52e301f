import Tensors

/// A part of a network that is trained: a function of its input and its parameters, and that function's gradients.
///
/// A layer owns no activations; whoever runs it hands them in. Layers that are built on the same ``Parameter``s share
/// them, as networks for different image sizes do.
public protocol Layer: AnyObject {
  /// The name in tables and logs.
  var name: String { get }
  /// What one image's input is.
  var inputShape: ActivationShape { get }
  /// What one image's output is.
  var outputShape: ActivationShape { get }
  /// What is trained.
  var parameters: [Parameter] { get }
  /// What is gathered during training and used afterwards, as running means: kept with the parameters, but without
  /// gradients.
  var statistics: [Parameter] { get }

  /// Floats of work space that the passes need.
  func workspaceCount(images: Int, workerCount: Int) -> Int

  /// Computes the output.
  func forward(_ pass: ForwardPass)

  /// Computes the gradients of the loss by the parameters, into ``Parameter/gradient``, and by the input, where it is
  /// asked for; after ``forward(_:)`` of the same batch in training.
  func backward(_ pass: BackwardPass)
}

extension Layer {
  /// None.
  public var parameters: [Parameter] { [] }
  /// None.
  public var statistics: [Parameter] { [] }

  /// None.
  public func workspaceCount(images: Int, workerCount: Int) -> Int { 0 }
}

/// What a layer computes its output from.
public struct ForwardPass {
  /// [images, input shape].
  public var input: UnsafePointer<Float>
  /// [images, output shape], not the input's memory.
  public var output: UnsafeMutablePointer<Float>
  /// Images of the batch.
  public var images: Int
  /// In training batch norm uses the batch's moments, and dropout drops.
  public var isTraining: Bool
  /// Random numbers for this layer and batch.
  public var random: SeededGenerator
  /// At least as many floats as the layer asked for.
  public var workspace: UnsafeMutableBufferPointer<Float>
  /// Who computes.
  public var pool: WorkerPool
}

/// What a layer computes its gradients from.
public struct BackwardPass {
  /// As in the forward pass.
  public var input: UnsafePointer<Float>
  /// As the forward pass left it.
  public var output: UnsafePointer<Float>
  /// The loss's gradient by the output.
  public var outputGradient: UnsafePointer<Float>
  /// Where the loss's gradient by the input goes; nil where nobody asks for it. Not the output gradient's memory.
  public var inputGradient: UnsafeMutablePointer<Float>?
  /// Whether the parameters' gradients are asked for.
  public var computesParameterGradients: Bool
  /// Images of the batch.
  public var images: Int
  /// At least as many floats as the layer asked for.
  public var workspace: UnsafeMutableBufferPointer<Float>
  /// Who computes.
  public var pool: WorkerPool
}
