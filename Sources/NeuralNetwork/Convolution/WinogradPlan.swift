import CKernels

/// How a Winograd convolution's work is cut up: what decides how often transformed numbers come from a far cache.
///
/// The products of a block of tiles with the filters of a group of panels read the tiles' transforms once, and the
/// filters' transforms are made once for a block of tiles. Larger groups read less, larger blocks transform less; but
/// products and filters have to stay in the worker's own cache.
struct WinogradPlan: Sendable, Hashable, Codable {
  /// What the workers share out.
  enum Sharing: String, Sendable, Hashable, Codable, CaseIterable {
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

  /// The plan for a layer and a number of tiles.
  init(inputChannels: Int, outputChannels: Int, tiles: Int) {
    if inputChannels * outputChannels <= Self.largestShared {
      self.init(sharing: .tiles, tileBlock: 48, panelGroup: 2)
    } else {
      self.init(sharing: .panels, tileBlock: 96, panelGroup: 4)
    }
  }

  init(sharing: Sharing, tileBlock: Int, panelGroup: Int) {
    precondition(tileBlock > 0 && panelGroup > 0)
    self.sharing = sharing
    self.tileBlock = tileBlock
    self.panelGroup = panelGroup
  }

  /// Pairs of channels whose transformed filters, 144 bytes each, fit a second-level cache beside everything else.
  private static let largestShared = 128 * 256

  /// `tileBlock`, or a little less where the tiles can then be cut into equal blocks.
  func blockCount(tiles: Int) -> Int {
    let blocks = (tiles + tileBlock - 1) / tileBlock
    return blocks > 0 ? (tiles + blocks - 1) / blocks : 0
  }
}
