import CKernels
import Tensors

/// A tensor of a network that training changes, with its gradient.
public final class Parameter {
  /// How the values lie in memory.
  public enum Layout: Sendable, Hashable {
    /// Row by row, as the shape says.
    case rowMajor
    /// [out, in, 3, 3] filters packed for Winograd's transforms, [panel of 32 out][in][9][32].
    case filterPanels
  }

  /// The name in checkpoints and weight files.
  public let name: String
  /// The sizes of its axes, as in weight files: [out, in, 3, 3] for filters, [out, in] for matrices.
  public let shape: [Int]
  /// How ``values`` and ``gradient`` lie in memory.
  public let layout: Layout
  /// Whether weight decay draws it to 0; not for biases and norms.
  public let decays: Bool
  /// The values, in ``layout``.
  public let values: FloatStorage
  /// The loss's gradient, in ``layout``.
  public let gradient: FloatStorage
  /// Whether an optimiser changes it. Layers below the first that is trained need no gradients.
  public var isTrained: Bool

  /// - Parameters:
  ///   - name: The name in checkpoints and weight files.
  ///   - shape: The sizes of its axes; for ``Layout/filterPanels`` [out, in, 3, 3] with a multiple of 32 outputs.
  ///   - layout: How it lies in memory.
  ///   - decays: Whether weight decay draws it to 0.
  ///   - isTrained: Whether it has a gradient.
  public init(
    name: String, shape: [Int], layout: Layout = .rowMajor, decays: Bool, isTrained: Bool = true
  ) {
    if layout == .filterPanels {
      precondition(shape.count == 4 && shape[2] == 3 && shape[3] == 3 && shape[0] % 32 == 0)
    }
    self.name = name
    self.shape = shape
    self.layout = layout
    self.decays = decays
    self.isTrained = isTrained
    let count = shape.reduce(1, *)
    values = FloatStorage(zeros: count)
    gradient = FloatStorage(zeros: isTrained ? count : 0)
  }

  /// How many values it has.
  public var count: Int { values.count }

  /// The values row by row, whatever the layout.
  public var rowMajorValues: [Float] { Self.rowMajor(values, shape: shape, layout: layout) }

  /// The gradient row by row, whatever the layout.
  public var rowMajorGradient: [Float] { Self.rowMajor(gradient, shape: shape, layout: layout) }

  /// Sets the values from those of a file, row by row.
  ///
  /// - Precondition: There are ``count`` of them.
  public func setRowMajor(_ newValues: some Collection<Float>) {
    Self.set(values, rowMajor: newValues, shape: shape, layout: layout)
  }

  /// Another tensor of this parameter's layout, as an optimiser's momentum, row by row.
  public func rowMajor(_ storage: FloatStorage) -> [Float] {
    Self.rowMajor(storage, shape: shape, layout: layout)
  }

  /// Sets another tensor of this parameter's layout from values row by row.
  public func set(_ storage: FloatStorage, rowMajor newValues: some Collection<Float>) {
    Self.set(storage, rowMajor: newValues, shape: shape, layout: layout)
  }

  private static func rowMajor(_ storage: FloatStorage, shape: [Int], layout: Layout) -> [Float] {
    let packed = storage.array
    guard layout == .filterPanels else { return packed }
    var result = [Float](repeating: 0, count: packed.count)
    forEachFilterPlace(shape) { result[$0] = packed[$1] }
    return result
  }

  private static func set(
    _ storage: FloatStorage, rowMajor newValues: some Collection<Float>, shape: [Int], layout: Layout
  ) {
    precondition(newValues.count == storage.count)
    let newValues = Array(newValues)
    if layout == .filterPanels {
      forEachFilterPlace(shape) { storage.base[$1] = newValues[$0] }
    } else {
      storage.base.update(from: newValues, count: newValues.count)
    }
    withExtendedLifetime(storage) {}
  }

  /// Calls `body` with every filter value's place row by row and its place in the panels.
  private static func forEachFilterPlace(_ shape: [Int], _ body: (Int, Int) -> Void) {
    let (outputs, inputs, columns) = (shape[0], shape[1], PackedFilters.panelColumns)
    for output in 0..<outputs {
      let corner = output / columns * inputs * 9 * columns + output % columns
      for place in 0..<inputs * 9 { body(output * inputs * 9 + place, corner + place * columns) }
    }
  }
}
