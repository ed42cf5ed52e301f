import CKernels
import Tensors
import Testing

@testable import NeuralNetwork

extension VectorCodeTests {
  /// Gradients against finite differences: the change of a random sum of the outputs along a random direction.
  @Suite struct LayerGradientTests {
    private static func random(_ count: Int, _ generator: inout SeededGenerator) -> [Float] {
      (0..<count).map { _ in generator.nextNormal() }
    }

    private static func dot(_ left: [Float], _ right: [Float]) -> Double {
      zip(left, right).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    /// Runs a layer by itself.
    private final class Bench {
      let layer: any Layer
      let images: Int
      let pool: WorkerPool
      let workspace: FloatStorage

      init(_ layer: any Layer, images: Int, workers: Int) {
        (self.layer, self.images, pool) = (layer, images, WorkerPool(workerCount: workers))
        workspace = FloatStorage(zeros: layer.workspaceCount(images: images, workerCount: workers))
      }

      func forward(_ input: [Float], isTraining: Bool = true) -> [Float] {
        let output = FloatStorage(zeros: images * layer.outputShape.count)
        layer.forward(
          ForwardPass(
            input: input.withUnsafeBufferPointer(\.baseAddress!), output: output.base, images: images,
            isTraining: isTraining, random: SeededGenerator(seed: 9), workspace: workspace.buffer, pool: pool)
        )
        return output.array
      }

      func backward(_ input: [Float], output: [Float], gradient: [Float]) -> [Float] {
        let result = FloatStorage(zeros: images * layer.inputShape.count)
        result.base.update(repeating: .nan, count: result.count)
        input.withUnsafeBufferPointer { input in
          output.withUnsafeBufferPointer { output in
            gradient.withUnsafeBufferPointer { gradient in
              layer.backward(
                BackwardPass(
                  input: input.baseAddress!, output: output.baseAddress!,
                  outputGradient: gradient.baseAddress!, inputGradient: result.base,
                  computesParameterGradients: true, images: images, workspace: workspace.buffer, pool: pool))
            }
          }
        }
        return result.array
      }
    }

    /// - Parameter step: How far along the direction; what is linear takes a long one, which loses no digits.
    private static func check(
      _ layer: any Layer, images: Int, workers: Int = 2, step: Float, tolerance: Double,
      _ location: SourceLocation = #_sourceLocation
    ) {
      var generator = SeededGenerator(seed: 31)
      let bench = Bench(layer, images: images, workers: workers)
      for parameter in layer.parameters { parameter.setRowMajor(random(parameter.count, &generator)) }
      let input = random(images * layer.inputShape.count, &generator)
      let weights = random(images * layer.outputShape.count, &generator)
      let output = bench.forward(input)
      let inputGradient = bench.backward(input, output: output, gradient: weights)
      let gradients = layer.parameters.map(\.rowMajorGradient)

      func compare(_ name: String, _ gradient: [Float], _ moved: (Float) -> Double) {
        let change = moved(step) - moved(-step)
        let numeric = change / Double(2 * step)
        let scale = dot(gradient, gradient).squareRoot() + 1e-6
        #expect(
          abs(numeric - dot(gradient, direction(gradient.count))) < tolerance * scale,
          "\(layer.name), \(name), \(workers) workers", sourceLocation: location)
      }
      compare("input", inputGradient) { step in
        dot(bench.forward(zip(input, direction(input.count)).map { $0 + step * $1 }), weights)
      }
      for (parameter, gradient) in zip(layer.parameters, gradients) {
        let values = parameter.rowMajorValues
        compare(parameter.name, gradient) { step in
          parameter.setRowMajor(zip(values, direction(values.count)).map { $0 + step * $1 })
          defer { parameter.setRowMajor(values) }
          return dot(bench.forward(input), weights)
        }
      }
    }

    private static func direction(_ count: Int) -> [Float] {
      var generator = SeededGenerator(seed: 77)
      return random(count, &generator)
    }

    @Test(arguments: [(6, 6), (8, 12), (7, 5), (1, 1), (3, 3)]) func convolution(size: (Int, Int)) {
      for workers in [1, 2, 5] {
        for (inputs, outputs) in [(32, 64), (160, 224)] where inputs == 32 || size == (7, 5) {
          Self.check(
            ConvolutionLayer(
              name: "convolution",
              inputShape: .init(height: size.0, width: size.1, channels: inputs), outputChannels: outputs,
              hasBias: true, rectifies: false, store: ParameterStore(seed: 1)), images: 3, workers: workers,
            step: 1, tolerance: 1e-3)
        }
      }
    }

    /// Many tiles, so that blocks follow each other.
    @Test func convolutionOfManyTiles() {
      for (channels, side, images) in [(32, 24, 8), (192, 6, 40)] {
        Self.check(
          ConvolutionLayer(
            name: "convolution", inputShape: .init(height: side, width: side, channels: channels),
            outputChannels: channels, hasBias: false, rectifies: false, store: ParameterStore(seed: 1)),
          images: images, step: 1, tolerance: 1e-3)
      }
    }

    @Test(arguments: [0, 1]) func windowConvolution(padding: Int) {
      for (height, width, inputs) in [(3, 3, 1), (2, 2, 32), (3, 2, 3), (2, 3, 17)] {
        Self.check(
          WindowConvolutionLayer(
            name: "window \(height)x\(width)", inputShape: .init(height: 7, width: 6, channels: inputs),
            outputChannels: 32, windowHeight: height, windowWidth: width, padding: padding, hasBias: true,
            rectifies: false, store: ParameterStore(seed: 1)), images: 3, step: 1, tolerance: 1e-3)
      }
    }

    @Test func windowConvolutionWithStrideAndRepeatedInput() {
      for (stride, repeats, inputs) in [(2, 1, 32), (3, 1, 5), (1, 3, 1), (2, 2, 3)] {
        Self.check(
          WindowConvolutionLayer(
            name: "stride \(stride), \(repeats) times",
            inputShape: .init(height: 8, width: 7, channels: inputs),
            outputChannels: 32, windowHeight: 3, windowWidth: 2, padding: 1, stride: stride,
            inputRepeats: repeats, hasBias: true, rectifies: false, store: ParameterStore(seed: 1)),
          images: 3, step: 1, tolerance: 1e-3)
      }
    }

    @Test func boxAverage() {
      for (height, width) in [(2, 2), (7, 5)] {
        Self.check(
          BoxAverageLayer(name: "box", inputShape: .init(height: height, width: width, channels: 5)),
          images: 4, step: 1, tolerance: 1e-4)
      }
    }

    /// The same weights' convolution, then the pool.
    @Test func anAveragePoolMayComeBeforeTheConvolution() {
      let shape = ActivationShape(height: 11, width: 12, channels: 32)
      let (first, second) = (ParameterStore(seed: 4), ParameterStore(seed: 4))
      let box = BoxAverageLayer(name: "pool", inputShape: shape)
      func convolution(_ input: ActivationShape, stride: Int, _ store: ParameterStore)
        -> WindowConvolutionLayer
      {
        WindowConvolutionLayer(
          name: "convolution", inputShape: input, outputChannels: 64, windowHeight: 3, windowWidth: 2,
          padding: 0,
          stride: stride, hasBias: true, rectifies: false, store: store)
      }
      let plain = convolution(shape, stride: 1, first)
      let pool = WorkerPool(workerCount: 2)
      let slow = SequentialNetwork(
        layers: [plain, PoolingLayer(name: "pool", inputShape: plain.outputShape, kind: .average)],
        maximumImages: 3, pool: pool)
      let fast = SequentialNetwork(
        layers: [box, convolution(box.outputShape, stride: 2, second)], maximumImages: 3, pool: pool)
      #expect(slow.outputShape == fast.outputShape)
      var generator = SeededGenerator(seed: 12)
      let input = Self.random(3 * shape.count, &generator)
      let gradient = Self.random(3 * slow.outputShape.count, &generator)
      let expected = Array(slow.forward(input, images: 3, isTraining: true))
      let output = Array(fast.forward(input, images: 3, isTraining: true))
      for (left, right) in zip(output, expected) { #expect(abs(left - right) < 1e-4) }
      for network in [slow, fast] { network.backward(input: input, outputGradient: gradient, images: 3) }
      for (left, right) in zip(fast.parameters, slow.parameters) {
        for (ours, theirs) in zip(left.rowMajorGradient, right.rowMajorGradient) {
          #expect(abs(ours - theirs) < 1e-3)
        }
      }
    }

    /// A grey plane that is given once gives what the convolution of three equal planes gives.
    @Test func aRepeatedInputIsOneOfEqualPlanes() {
      let (first, second) = (ParameterStore(seed: 4), ParameterStore(seed: 4))
      func bench(_ channels: Int, repeats: Int, _ store: ParameterStore) -> Bench {
        Bench(
          WindowConvolutionLayer(
            name: "convolution", inputShape: .init(height: 6, width: 5, channels: channels),
            outputChannels: 32,
            windowHeight: 3, windowWidth: 3, padding: 1, inputRepeats: repeats, hasBias: true,
            rectifies: false,
            store: store), images: 2, workers: 2)
      }
      let (three, one) = (bench(3, repeats: 1, first), bench(1, repeats: 3, second))
      var generator = SeededGenerator(seed: 12)
      let grey = Self.random(2 * 30, &generator)
      let planes = grey.flatMap { [$0, $0, $0] }
      let expected = three.forward(planes)
      let gradient = Self.random(expected.count, &generator)
      for (left, right) in zip(one.forward(grey), expected) { #expect(abs(left - right) < 1e-5) }
      _ = three.backward(planes, output: expected, gradient: gradient)
      _ = one.backward(grey, output: expected, gradient: gradient)
      for (left, right) in zip(one.layer.parameters, three.layer.parameters) {
        #expect(left.shape == right.shape)
        for (ours, theirs) in zip(left.rowMajorGradient, right.rowMajorGradient) {
          #expect(abs(ours - theirs) < 1e-4)
        }
      }
    }

    @Test(arguments: [1, 5, 32, 77]) func dense(outputs: Int) {
      for inputs in [1, 31, 300] {
        Self.check(
          DenseLayer(
            name: "dense", inputShape: .init(vector: inputs), outputCount: outputs, rectifies: false,
            store: ParameterStore(seed: 1)), images: 13, step: 1, tolerance: 1e-3)
      }
    }

    @Test(arguments: [true, false]) func batchNormalization(rectifies: Bool) {
      for (height, width, channels) in [(5, 4, 32), (1, 1, 7), (3, 3, 300)] {
        Self.check(
          BatchNormalizationLayer(
            name: "norm", inputShape: .init(height: height, width: width, channels: channels),
            rectifies: rectifies, store: ParameterStore(seed: 1)), images: 9, step: 1e-3,
          tolerance: rectifies ? 5e-2 : 1e-2)
      }
    }

    @Test func pools() {
      for kind in PoolingLayer.Kind.allCases {
        for (height, width, channels) in [(2, 2, 5), (7, 5, 5), (6, 8, 5), (5, 4, 83)] {
          Self.check(
            PoolingLayer(
              name: "\(kind)", inputShape: .init(height: height, width: width, channels: channels),
              kind: kind),
            images: 4, step: 1e-4, tolerance: 2e-2)
        }
      }
      Self.check(
        GlobalAveragePoolingLayer(name: "global", inputShape: .init(height: 3, width: 5, channels: 8)),
        images: 4,
        step: 1, tolerance: 1e-4)
    }

    @Test func rectifierAndDropout() {
      Self.check(
        RectifierLayer(name: "relu", inputShape: .init(height: 3, width: 5, channels: 8)), images: 4,
        step: 1e-4,
        tolerance: 2e-2)
      Self.check(
        DropoutLayer(name: "dropout", inputShape: .init(vector: 200), rate: 0.3), images: 6, step: 1,
        tolerance: 1e-4)
    }

    @Test func rectifierWithinALayerIsOneBehindIt() {
      let shape = ActivationShape(height: 6, width: 6, channels: 32)
      let layers: [(Bool) -> any Layer] = [
        {
          ConvolutionLayer(
            name: "a", inputShape: shape, outputChannels: 32, hasBias: true, rectifies: $0,
            store: ParameterStore(seed: 1))
        },
        {
          WindowConvolutionLayer(
            name: "a", inputShape: shape, outputChannels: 32, windowHeight: 2, windowWidth: 2, padding: 0,
            hasBias: true, rectifies: $0, store: ParameterStore(seed: 1))
        },
        {
          DenseLayer(
            name: "a", inputShape: shape, outputCount: 40, rectifies: $0, store: ParameterStore(seed: 1))
        },
      ]
      var generator = SeededGenerator(seed: 3)
      for make in layers {
        let (inside, plain) = (
          Bench(make(true), images: 2, workers: 2), Bench(make(false), images: 2, workers: 2)
        )
        let relu = Bench(
          RectifierLayer(name: "relu", inputShape: plain.layer.outputShape), images: 2, workers: 2)
        let input = Self.random(2 * shape.count, &generator)
        let gradient = Self.random(2 * plain.layer.outputShape.count, &generator)
        let before = plain.forward(input)
        let after = relu.forward(before)
        #expect(inside.forward(input) == after)
        let through = relu.backward(before, output: after, gradient: gradient)
        #expect(
          inside.backward(input, output: after, gradient: gradient)
            == plain.backward(input, output: before, gradient: through))
        for (left, right) in zip(inside.layer.parameters, plain.layer.parameters) {
          #expect(left.gradient.array == right.gradient.array)
        }
      }
    }

    @Test func dropoutDropsItsShareAndOnlyInTraining() {
      let layer = DropoutLayer(name: "dropout", inputShape: .init(vector: 10_000), rate: 0.2)
      let bench = Bench(layer, images: 1, workers: 2)
      let ones = [Float](repeating: 1, count: 10_000)
      #expect(bench.forward(ones, isTraining: false) == ones)
      let dropped = bench.forward(ones)
      let zeros = dropped.count { $0 == 0 }
      #expect((1850...2150).contains(zeros))
      #expect(dropped.allSatisfy { $0 == 0 || abs($0 - 1.25) < 1e-6 })
    }

    /// The vector code takes the numbers by their places; the generator takes them one after the other.
    @Test func dropoutDrawsTheGeneratorsNumbers() {
      let (count, rate) = (1003, Float(0.3))
      var random = SeededGenerator(seed: 77, stream: 5)
      var dropped = [Float](repeating: -1, count: count)
      let input = (0..<count).map { Float($0 + 1) }
      kernel_drop(input, count, random.state, rate, 2, &dropped)
      #expect(dropped == input.map { random.nextUnit() < rate ? 0 : 2 * $0 })
    }

    @Test func theBiasedVarianceIsTheBatchsOwn() {
      let layer = BatchNormalizationLayer(
        name: "norm", inputShape: .init(vector: 4), rectifies: false, momentum: 1, varianceEstimate: .biased,
        store: ParameterStore(seed: 1))
      let bench = Bench(layer, images: 8, workers: 2)
      var generator = SeededGenerator(seed: 8)
      let input = Self.random(8 * 4, &generator).map { 3 * $0 + 7 }
      let trained = bench.forward(input)
      let after = bench.forward(input, isTraining: false)
      for (left, right) in zip(trained, after) { #expect(abs(left - right) < 1e-4) }
    }

    /// Frozen, it does the same in training as afterwards, and gathers nothing.
    @Test func aFrozenBatchNormStaysAsItIs() {
      let layer = BatchNormalizationLayer(
        name: "frozen", inputShape: .init(vector: 4), rectifies: false, store: ParameterStore(seed: 1))
      for parameter in layer.parameters { parameter.isTrained = false }
      layer.runningMean.setRowMajor([1, 2, 3, 4])
      layer.runningVariance.setRowMajor([4, 1, 0.25, 9])
      var generator = SeededGenerator(seed: 8)
      let input = Self.random(9 * 4, &generator)
      let bench = Bench(layer, images: 9, workers: 2)
      let after = bench.forward(input, isTraining: false)
      #expect(bench.forward(input) == after)
      #expect(layer.runningMean.rowMajorValues == [1, 2, 3, 4])
      #expect(layer.runningVariance.rowMajorValues == [4, 1, 0.25, 9])
      Self.check(layer, images: 9, step: 1, tolerance: 1e-3)
    }

    @Test func batchNormUsesRunningMomentsAfterTraining() {
      let store = ParameterStore(seed: 1)
      let layer = BatchNormalizationLayer(
        name: "norm", inputShape: .init(vector: 4), rectifies: false, momentum: 1, store: store)
      let bench = Bench(layer, images: 64, workers: 2)
      var generator = SeededGenerator(seed: 8)
      let input = Self.random(64 * 4, &generator).map { 3 * $0 + 7 }
      let trained = bench.forward(input)
      // With momentum 1 the running moments are the batch's, but for the unbiased variance's 64 / 63.
      let after = bench.forward(input, isTraining: false)
      for (left, right) in zip(trained, after) {
        #expect(abs(left - right * (64.0 / 63).squareRoot()) < 1e-4)
      }
    }
  }
}
