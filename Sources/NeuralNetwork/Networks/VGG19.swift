import CKernels
import Tensors

/// VGG19 without its top, for 48x48 grey pictures: configuration E of table 1 in K. Simonyan, A. Zisserman,
/// "Very Deep Convolutional Networks for Large-Scale Image Recognition" (ICLR 2015, arXiv:1409.1556), without
/// the last max-pool; then global average pooling and a dense layer.
///
/// | block | size | convolutions 3x3, ReLU | channels |
/// |---|---|---|---|
/// | 1 | 48x48 | 2 | 64 |
/// | 2 | 24x24 | 2 | 128 |
/// | 3 | 12x12 | 4 | 256 |
/// | 4 | 6x6 | 4 | 512 |
/// | 5 | 3x3 | 4 | 512 |
///
/// A 2x2 max-pool stands between the blocks. The network holds work space and is used by one thread at a
/// time; the workers are shared.
public final class VGG19 {
  /// Width and height of the input in pixels.
  public static let inputSide = 48
  /// Channels and number of convolutions of the blocks, in their order.
  public static let blocks: [(channels: Int, convolutions: Int)] = [
    (64, 2), (128, 2), (256, 4), (512, 4), (512, 4),
  ]
  /// Channels of the last block: what the dense layer sees.
  public static let featureCount = 512

  /// How many classes the last layer tells apart.
  public let classCount: Int
  /// The largest batch that ``logits(for:count:observe:)`` takes at once.
  public let maximumBatch: Int

  private enum Convolution {
    case direct(DirectConvolution)
    case winograd(WinogradConvolution)
  }

  private struct Stage {
    let name: String
    let convolution: Convolution
    let channels: Int
    let side: Int
    let poolsAfter: Bool
  }

  private let stages: [Stage]
  private let output: Dense
  private let pool: WorkerPool
  private let workspace: FloatStorage
  private let ping: FloatStorage
  private let pong: FloatStorage

  /// Takes the weights from a file.
  ///
  /// - Parameters:
  ///   - file: Tensors `block1_conv1.weight` [out, in, 3, 3] and `.bias` [out], ..., `output_layer.weight`
  ///     [classes, 512] and `.bias` [classes]. The first convolution has three input planes, which see the
  ///     same grey picture and are folded into one.
  ///   - classCount: What the last layer must have.
  ///   - maximumBatch: Work space is made for this many faces.
  ///   - pool: Who computes.
  public init(
    file: Safetensors, classCount: Int, maximumBatch: Int = 16, pool: WorkerPool
  ) throws(WeightFileError) {
    precondition(maximumBatch > 0 && classCount > 0)
    var stages: [Stage] = []
    var inputChannels = 3
    var side = Self.inputSide
    for (blockIndex, block) in Self.blocks.enumerated() {
      for index in 1...block.convolutions {
        let name = "block\(blockIndex + 1)_conv\(index)"
        var weights = try file.tensor("\(name).weight", shape: [block.channels, inputChannels, 3, 3])
        let bias = try file.tensor("\(name).bias", shape: [block.channels])
        if stages.isEmpty {
          weights = Self.foldingInputPlanes(weights, planes: 3)
          inputChannels = 1
        }
        let convolution: Convolution
        if inputChannels == 1 {
          convolution = .direct(
            DirectConvolution(
              weights: weights, bias: bias, inputChannels: inputChannels, outputChannels: block.channels))
        } else {
          convolution = .winograd(
            WinogradConvolution(
              weights: weights, bias: bias, inputChannels: inputChannels, outputChannels: block.channels,
              tile: WinogradConvolution.Tile(height: side, width: side)))
        }
        let poolsAfter = index == block.convolutions && blockIndex < Self.blocks.count - 1
        stages.append(
          Stage(
            name: name, convolution: convolution, channels: block.channels, side: side, poolsAfter: poolsAfter
          ))
        inputChannels = block.channels
      }
      side /= 2
    }
    let weights = try file.tensor("output_layer.weight", shape: [classCount, Self.featureCount])
    let bias = try file.tensor("output_layer.bias", shape: [classCount])
    output = Dense(
      weights: weights, bias: bias, inputCount: Self.featureCount, outputCount: classCount)
    self.stages = stages
    self.classCount = classCount
    self.maximumBatch = maximumBatch
    self.pool = pool
    let largest = stages.map { $0.side * $0.side * $0.channels }.max() ?? 0
    ping = FloatStorage(zeros: largest * maximumBatch)
    pong = FloatStorage(zeros: largest * maximumBatch)
    workspace = FloatStorage(
      zeros: stages.map { stage in
        let shape = ConvolutionShape(images: maximumBatch, height: stage.side, width: stage.side)
        return switch stage.convolution {
        case .direct(let convolution): convolution.workspaceCount(workerCount: pool.workerCount)
        case .winograd(let convolution):
          convolution.workspaceCount(for: shape, workerCount: pool.workerCount)
        }
      }.max() ?? 0)
  }

  /// Sees a layer's name, its output as NHWC while it stands in memory, and the output's side and channels.
  public typealias LayerObserver = (
    _ layer: String, _ values: UnsafeBufferPointer<Float>, _ side: Int, _ channels: Int
  ) -> Void

  /// Computes the logits of a batch.
  ///
  /// - Parameters:
  ///   - input: [count, 48, 48] grey values, 0...1.
  ///   - count: 1...``maximumBatch``.
  ///   - observe: Called with each layer's name, its output as NHWC and the output's side and channels, while
  ///     it stands in memory; for tests and tools.
  /// - Returns: [count, classCount].
  public func logits(
    for input: UnsafePointer<Float>, count: Int, observe: LayerObserver? = nil
  ) -> [Float] {
    precondition(count > 0 && count <= maximumBatch)
    return pool.gathering { forward(input, count: count, observe: observe) }
  }

  private func forward(
    _ input: UnsafePointer<Float>, count: Int, observe: LayerObserver?
  ) -> [Float] {
    var current = UnsafePointer(input)
    var targets = (ping.base, pong.base)
    func advance(_ layer: String, side: Int, channels: Int) {
      observe?(
        layer, UnsafeBufferPointer(start: targets.0, count: count * side * side * channels), side, channels)
      current = UnsafePointer(targets.0)
      targets = (targets.1, targets.0)
    }
    var side = Self.inputSide
    for stage in stages {
      let shape = ConvolutionShape(images: count, height: side, width: side)
      var isPooled = false
      switch stage.convolution {
      case .direct(let convolution):
        convolution.apply(
          to: current, shape: shape, output: targets.0, workspace: workspace.buffer, pool: pool)
      case .winograd(let convolution):
        // Whoever looks at every layer sees the one before the pool too.
        isPooled = observe == nil && stage.poolsAfter && convolution.canPool(shape)
        convolution.apply(
          to: current, shape: shape, pools: isPooled, output: targets.0, workspace: workspace.buffer,
          pool: pool)
      }
      if isPooled { side /= 2 }
      advance(stage.name, side: side, channels: stage.channels)
      guard stage.poolsAfter, !isPooled else { continue }
      kernel_max_pool_2x2(current, count, side, side, stage.channels, targets.0)
      side /= 2
      advance(stage.name.prefix(6) + "_pool", side: side, channels: stage.channels)
    }
    kernel_global_average(current, count, side * side, Self.featureCount, targets.0)
    advance("global_average_pool", side: 1, channels: Self.featureCount)
    return [Float](unsafeUninitializedCapacity: count * classCount) { buffer, filled in
      output.apply(to: current, rows: count, output: buffer.baseAddress!)
      filled = count * classCount
    }
  }

  /// Sums the weights of input planes that see the same picture: [out, planes, 3, 3] to [out, 1, 3, 3].
  private static func foldingInputPlanes(_ weights: FloatStorage, planes: Int) -> FloatStorage {
    let outputs = weights.count / (planes * 9)
    let folded = FloatStorage(zeros: outputs * 9)
    weights.withValues { values in
      for output in 0..<outputs {
        for plane in 0..<planes {
          for tap in 0..<9 { folded.base[output * 9 + tap] += values[(output * planes + plane) * 9 + tap] }
        }
      }
    }
    return folded
  }
}

extension VGG19 {
  /// Each convolution's side, input and output channels; the first with its three planes folded into one.
  private static var convolutions: [(side: Int, inputs: Int, outputs: Int)] {
    var result: [(side: Int, inputs: Int, outputs: Int)] = []
    var (side, inputs) = (inputSide, 1)
    for block in blocks {
      for _ in 0..<block.convolutions {
        result.append((side, inputs, block.channels))
        inputs = block.channels
      }
      side /= 2
    }
    return result
  }

  /// The convolutions that differ in shape, but for the first one, which has no choice.
  static var distinctConvolutions: [(side: Int, inputs: Int, outputs: Int)] {
    var result: [(side: Int, inputs: Int, outputs: Int)] = []
    for layer in convolutions where layer.inputs > 1 && !result.contains(where: { $0 == layer }) {
      result.append(layer)
    }
    return result
  }

  /// Multiplications of all convolutions by their definition, per face.
  static var directMultiplications: Double {
    convolutions.reduce(0) { $0 + Double($1.side * $1.side * 9 * $1.inputs * $1.outputs) }
  }

  /// Multiplications of the products that are left with Winograd's transforms, per face: (m + 2)² / m² a pixel
  /// instead of 9.
  static var winogradMultiplications: Double {
    convolutions.reduce(0) { sum, layer in
      let pairs = Double(layer.side * layer.side * layer.inputs * layer.outputs)
      return sum + pairs * (layer.inputs == 1 ? 9 : layer.side % 4 == 0 ? 36.0 / 16 : 25.0 / 9)
    }
  }

  /// Weights of all convolutions.
  static var weightCount: Int { convolutions.reduce(0) { $0 + 9 * $1.inputs * $1.outputs } }
}
