import NeuralNetwork

/// Layers that are put on top of each other, each told the shape below it.
struct LayerStack {
  private(set) var layers: [any Layer] = []
  private var shape: ActivationShape

  init(input: ActivationShape) { shape = input }

  init(_ layers: [any Layer]) {
    self.layers = layers
    shape = layers[layers.count - 1].outputShape
  }

  mutating func append(_ make: (ActivationShape) -> any Layer) {
    let layer = make(shape)
    layers.append(layer)
    shape = layer.outputShape
  }
}
