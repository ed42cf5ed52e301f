/// How a Winograd convolution's work is cut up: what decides how often transformed numbers come from a far cache.
///
/// The products of a block of tiles with the filters of a group of panels read the tiles' transforms once, and the
/// filters' transforms are made once for a block of tiles. Larger groups read less, larger blocks transform less; but
/// products and filters have to stay in the worker's own cache.
struct WinogradPlan: Sendable, Hashable {
  /// What the workers share out.
  enum Sharing: Sendable, Hashable {
    /// Panels of 32 output channels; the tiles' transforms are common.
    case panels
    /// Tiles; the filters' transforms, made once, are common. For few channels.
    case tiles
  }

  /// What the workers share out.
  var sharing: Sharing
  /// Tiles at a time.
  var tileBlock: Int
  /// Panels at a time.
  var panelGroup: Int
  /// Input channels whose filters are transformed at a time.
  var inputBlock: Int

  init(sharing: Sharing, tileBlock: Int, panelGroup: Int, inputBlock: Int = 64) {
    precondition(tileBlock > 0 && panelGroup > 0 && inputBlock > 0)
    self.sharing = sharing
    self.tileBlock = tileBlock
    self.panelGroup = panelGroup
    self.inputBlock = inputBlock
  }

  /// The tiles of a block: ``tileBlock``, or a little less where they can then be cut into equal blocks.
  func blockTiles(of tiles: Int) -> Int {
    let blocks = (tiles + tileBlock - 1) / tileBlock
    return blocks > 0 ? (tiles + blocks - 1) / blocks : 1
  }
}
