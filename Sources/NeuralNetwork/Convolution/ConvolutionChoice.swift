/// The way in which a convolution is computed.
enum ConvolutionMethod: Sendable, Hashable {
  /// By its definition, with the filters in half precision as they are stored.
  case direct
  /// By Winograd's transforms.
  case winograd(WinogradPlan)
}

/// Chooses a convolution's method by its shape: from the measured table, or by what the table's rows have in common.
enum ConvolutionChoice {
  /// A row of the table.
  struct Row: Sendable {
    var inputs: Int
    var outputs: Int
    /// Tiles of the batch.
    var tiles: Int
    var method: ConvolutionMethod
  }

  /// The method for a layer whose filters do not change.
  static func method(inputs: Int, outputs: Int, tiles: Int) -> ConvolutionMethod {
    // The row whose number of tiles is nearest, by ratio; lazily, for each layer of each batch asks.
    let rows = convolutionTable.lazy.filter { $0.inputs == inputs && $0.outputs == outputs }
    let nearest = rows.min { ratio($0.tiles, tiles) < ratio($1.tiles, tiles) }
    return nearest?.method
      ?? .winograd(plan(inputs: inputs, outputs: outputs, tiles: tiles, isPrepared: true))
  }

  private static func ratio(_ left: Int, _ right: Int) -> Double {
    Double(max(left, right)) / Double(max(min(left, right), 1))
  }

  /// The plan for a layer that the table does not have, or whose filters change from call to call.
  ///
  /// - Parameter isPrepared: Whether the filters' transforms are kept.
  static func plan(inputs: Int, outputs: Int, tiles: Int, isPrepared: Bool) -> WinogradPlan {
    let pairs = inputs * outputs
    if pairs <= largestPrepared || (!isPrepared && pairs <= 128 * 256 && tiles >= 256) {
      return WinogradPlan(sharing: .tiles, tileBlock: 48, panelGroup: 2)
    }
    return tiles < 48
      ? WinogradPlan(sharing: .panels, tileBlock: 96, panelGroup: 1)
      : WinogradPlan(sharing: .panels, tileBlock: 96, panelGroup: 4)
  }

  /// Pairs of channels up to which the filters' transforms, 144 bytes a pair, are kept: they fit a second-level cache.
  static let largestPrepared = 128 * 128
}
