/// Several views of one picture whose predictions are averaged when a network is tested.
public struct TestTimeViews: Sendable {
  /// Which views there are.
  public enum Kind: Sendable, Equatable {
    /// The picture.
    case plain
    /// The picture and its mirror image.
    case flip
    /// The four corners and the middle, then their mirror images (A. Krizhevsky et al., "ImageNet Classification with
    /// Deep Convolutional Neural Networks", 2012, section 4.1): upper left, upper right, lower left, lower right,
    /// middle. The side is in pixels of the picture.
    case tenCrop(side: Int)
  }

  /// Which views there are.
  public let kind: Kind
  /// Width and height of each view in samples.
  public let outputSide: Int
  private let warps: [PictureWarp]

  /// How many views one picture has.
  public var count: Int { warps.count }

  /// - Parameters:
  ///   - kind: Which views there are.
  ///   - cropSide: The side of the middle that ``Kind/plain`` and ``Kind/flip`` show, in pixels: what the network
  ///     learned from.
  ///   - outputSide: Width and height of the network's input. Where it is not the crop's side, the view is
  ///     resampled by the same warp as in ``Augmentation``.
  ///   - antialiasing: How is sampled where a view gets smaller.
  /// - Throws: ``AugmentationError`` where a side is out of range.
  public init(
    _ kind: Kind, cropSide: Int = FacePictures.side, outputSide: Int = FacePictures.side,
    antialiasing: Antialiasing = .supersampled
  ) throws(AugmentationError) {
    let pictureSide = FacePictures.side
    let side = if case .tenCrop(let side) = kind { side } else { cropSide }
    try AugmentationError.check("cropSide", Double(side), in: 1...Double(pictureSide))
    try AugmentationError.check("outputSide", Double(outputSide), in: 1...256)
    let margin = Double(pictureSide - side)
    // The whole margin cannot be halved where it is odd; whole pixels do not blur.
    let middle = (margin / 2).rounded(.down)
    let corners =
      switch kind {
      case .plain, .flip: [(margin / 2, margin / 2)]
      case .tenCrop: [(0, 0), (margin, 0), (0, margin), (margin, margin), (middle, middle)]
      }
    let upright = corners.map { left, top in
      AffineMap(
        centerX: left + Double(side - 1) / 2, centerY: top + Double(side - 1) / 2,
        matrix: (xx: 1, xy: 0, yx: 0, yy: 1), windowSide: Double(side), outputSide: outputSide)
    }
    let maps = kind == .plain ? upright : upright + upright.map { $0.mirrored(outputSide: outputSide) }
    self.kind = kind
    self.outputSide = outputSide
    warps = maps.map {
      PictureWarp(map: $0, outputSide: outputSide, border: .nearest, antialiasing: antialiasing)
    }
  }

  /// Writes all views of one picture.
  ///
  /// - Parameters:
  ///   - picture: [48, 48] grey values 0...255.
  ///   - output: [``count``, ``outputSide``, ``outputSide``] floats 0...1.
  public func write(_ picture: UnsafePointer<UInt8>, into output: UnsafeMutablePointer<Float>) {
    for (index, warp) in warps.enumerated() {
      warp.write(picture, gain: 1 / 255, bias: 0, into: output + index * outputSide * outputSide)
    }
  }
}
