/// How a square grey picture becomes histograms of oriented gradients: N. Dalal, B. Triggs, "Histograms of Oriented
/// Gradients for Human Detection" (CVPR 2005). The picture is divided into cells; each cell's histogram counts
/// gradients by direction (0 to 180 degrees, the sign ignored), weighted by their strength; blocks of cells, which
/// overlap, are normalised one by one.
public struct GradientHistogramSettings: Sendable, Hashable, Codable {
  /// The picture's side in pixels.
  public var windowSide = 48
  /// A block's side in pixels, a multiple of the cell's.
  public var blockSide = 16
  /// Pixels from block to block, a multiple of the cell's side.
  public var blockStride = 8
  /// A cell's side in pixels.
  public var cellSide = 8
  /// Directions a histogram tells apart.
  public var binCount = 9

  /// Dalal and Triggs's blocks of 2x2 cells of 8x8 pixels with 9 directions, every 8 pixels of a 48x48 picture: 900
  /// features.
  public init() {}

  /// A larger picture than any that is described as a whole.
  private static let maximumSide = 1024
  private static let maximumBins = 180

  /// How many features they make.
  ///
  /// - Throws: ``SupportVectorError/setting(name:value:allowed:)`` for sizes that do not fit each other.
  public func featureCount() throws(SupportVectorError) -> Int {
    func require(_ condition: Bool, _ name: String, _ value: Int, _ allowed: String)
      throws(SupportVectorError)
    {
      if !condition { throw .setting(name: name, value: "\(value)", allowed: allowed) }
    }
    try require((1...Self.maximumSide).contains(windowSide), "window", windowSide, "1...\(Self.maximumSide)")
    try require((1...windowSide).contains(blockSide), "block", blockSide, "1...\(windowSide), the window")
    try require((1...blockSide).contains(cellSide), "cell", cellSide, "1...\(blockSide), the block")
    try require(blockSide % cellSide == 0, "block", blockSide, "a multiple of the cell, \(cellSide)")
    try require(
      (1...windowSide).contains(blockStride) && blockStride % cellSide == 0, "block stride", blockStride,
      "a multiple of the cell, \(cellSide), up to the window")
    try require(
      (windowSide - blockSide) % blockStride == 0, "window", windowSide,
      "the block, \(blockSide), and a multiple of the stride, \(blockStride)")
    try require((2...Self.maximumBins).contains(binCount), "directions", binCount, "2...\(Self.maximumBins)")
    let blocks = (windowSide - blockSide) / blockStride + 1
    let cells = blockSide / cellSide
    return blocks * blocks * cells * cells * binCount
  }
}
