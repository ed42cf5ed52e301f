/// A rectangle of pixels: `x`, `y` of its top left corner, `width` and `height`, all in pixels of the
/// picture that it belongs to. It may reach beyond that picture; ``clamped(toWidth:height:)`` cuts it.
public struct PixelRectangle: Sendable, Equatable, Hashable, Codable {
  /// The left edge.
  public var x: Int
  /// The upper edge.
  public var y: Int
  /// In pixels.
  public var width: Int
  /// In pixels.
  public var height: Int

  /// A rectangle by its upper left corner and its size.
  public init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// The area in square pixels; 0 for an empty rectangle.
  public var area: Int { max(width, 0) * max(height, 0) }

  /// The part of this rectangle inside a picture of the given size; empty where they do not meet.
  public func clamped(toWidth pictureWidth: Int, height pictureHeight: Int) -> PixelRectangle {
    let left = min(max(x, 0), pictureWidth)
    let top = min(max(y, 0), pictureHeight)
    let right = min(max(x + width, left), pictureWidth)
    let bottom = min(max(y + height, top), pictureHeight)
    return PixelRectangle(x: left, y: top, width: right - left, height: bottom - top)
  }

  /// Intersection over union with another rectangle, 0...1.
  public func intersectionOverUnion(_ other: PixelRectangle) -> Double {
    let overlapWidth = min(x + width, other.x + other.width) - max(x, other.x)
    let overlapHeight = min(y + height, other.y + other.height) - max(y, other.y)
    guard overlapWidth > 0, overlapHeight > 0 else { return 0 }
    let intersection = overlapWidth * overlapHeight
    return Double(intersection) / Double(area + other.area - intersection)
  }
}

/// How the two chroma planes of a picture are sampled relative to its luma plane.
public enum ChromaSubsampling: Sendable, Equatable, CaseIterable {
  /// No chroma planes.
  case grey
  /// Chroma at half width and half height.
  case yuv420
  /// Chroma at half width, full height.
  case yuv422
  /// Chroma at full size.
  case yuv444
  /// Chroma at full width, half height.
  case yuv440
  /// Chroma at quarter width, full height.
  case yuv411

  /// Luma pixels for each chroma sample, across and down.
  public var factors: (horizontal: Int, vertical: Int) {
    switch self {
    case .grey, .yuv444: (1, 1)
    case .yuv420: (2, 2)
    case .yuv422: (2, 1)
    case .yuv440: (1, 2)
    case .yuv411: (4, 1)
    }
  }

  /// 1 for grey, else 3.
  public var planeCount: Int { self == .grey ? 1 : 3 }
}

/// One plane's place in a picture's storage. Samples are 8 bits; row `r` starts `r * bytesPerLine`
/// bytes after `offset`. Where a side of the picture is no multiple of the chroma's, the luma plane is followed by what
/// is missing, of whatever content.
public struct PlaneLayout: Sendable, Equatable {
  /// Bytes from the storage's start to the plane's first sample.
  public let offset: Int
  /// In pixels.
  public let width: Int
  /// In pixels.
  public let height: Int
  /// Bytes from one row's first sample to the next row's.
  public let bytesPerLine: Int
}

/// A planar 8-bit Y'CbCr picture in JPEG's colours: full range, ITU-R BT.601 matrix (JFIF 1.02).
///
/// The luma plane is the grey picture that the detector and the network look at; the three planes are
/// what the JPEG encoder takes. A picture is a value: copies share storage until one of them is changed.
public struct Picture: Sendable {
  /// The largest width and height that is accepted from outside, in pixels.
  public static let maximumSide = 16_384
  /// The largest number of pixels that is accepted from outside (a 100 megapixel photograph).
  public static let maximumPixels = 100_000_000

  /// In pixels.
  public let width: Int
  /// In pixels.
  public let height: Int
  /// How the chroma planes are sampled.
  public let subsampling: ChromaSubsampling
  /// Luma, then (unless grey) Cb and Cr.
  public let planes: [PlaneLayout]
  private var storage: PictureStorage

  /// A picture whose samples are not set yet.
  ///
  /// - Throws: ``ImagingError/unacceptableSize(width:height:)`` unless both sides are positive, neither is
  ///   above ``maximumSide`` and there are no more than ``maximumPixels`` pixels.
  public init(
    uninitializedWidth width: Int, height: Int, subsampling: ChromaSubsampling
  ) throws(ImagingError) {
    try Picture.checkSize(width: width, height: height)
    self.width = width
    self.height = height
    self.subsampling = subsampling
    var planes: [PlaneLayout] = []
    var offset = 0
    let factors = subsampling.factors
    for plane in 0..<subsampling.planeCount {
      let planeWidth = plane == 0 ? width : (width + factors.horizontal - 1) / factors.horizontal
      let planeHeight = plane == 0 ? height : (height + factors.vertical - 1) / factors.vertical
      let bytesPerLine = (planeWidth + PictureStorage.alignment - 1) & ~(PictureStorage.alignment - 1)
      planes.append(
        PlaneLayout(offset: offset, width: planeWidth, height: planeHeight, bytesPerLine: bytesPerLine))
      // The JPEG library reads and writes whole chroma samples' worth of luma: one more line where the height is odd.
      let lines =
        plane == 0 ? (height + factors.vertical - 1) / factors.vertical * factors.vertical : planeHeight
      offset += bytesPerLine * lines
    }
    self.planes = planes
    storage = PictureStorage(byteCount: offset)
  }

  /// A picture of one colour. Chroma is ignored for a grey picture.
  public init(
    width: Int, height: Int, subsampling: ChromaSubsampling, luma: UInt8, cb: UInt8 = 128, cr: UInt8 = 128
  ) throws(ImagingError) {
    try self.init(uninitializedWidth: width, height: height, subsampling: subsampling)
    let layouts = zip(planes, [luma, cb, cr])
    withMutableBytes { bytes in
      for (plane, fill) in layouts {
        let count = plane.bytesPerLine * plane.height
        bytes[plane.offset..<plane.offset + count].initialize(repeating: fill)
      }
    }
  }

  /// Throws ``ImagingError/unacceptableSize(width:height:)`` for sizes that no picture may have.
  public static func checkSize(width: Int, height: Int) throws(ImagingError) {
    guard width > 0, height > 0, width <= maximumSide, height <= maximumSide,
      width * height <= maximumPixels
    else { throw ImagingError.unacceptableSize(width: width, height: height) }
  }

  /// Reads all planes' bytes; a plane starts at its layout's offset. The buffer is valid only inside `body`.
  public func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
    defer { withExtendedLifetime(storage) {} }
    return try body(UnsafeBufferPointer(start: storage.base, count: storage.byteCount))
  }

  /// Changes all planes' bytes, copying them first where another picture shares them.
  public mutating func withMutableBytes<Result>(
    _ body: (UnsafeMutableBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result {
    if !isKnownUniquelyReferenced(&storage) { storage = PictureStorage(copying: storage) }
    defer { withExtendedLifetime(storage) {} }
    return try body(UnsafeMutableBufferPointer(start: storage.base, count: storage.byteCount))
  }

  /// The luma sample at a place, for tests and single looks; loops use ``withBytes(_:)``.
  public func luma(x: Int, y: Int) -> UInt8 {
    precondition(x >= 0 && x < width && y >= 0 && y < height)
    return withBytes { $0[planes[0].offset + y * planes[0].bytesPerLine + x] }
  }
}

/// The bytes of a picture.
///
/// Unchecked because it holds a pointer: the bytes are written only through `Picture.withMutableBytes`,
/// which holds the sole reference at that moment, and are otherwise only read.
final class PictureStorage: @unchecked Sendable {
  /// Rows start on multiples of this many bytes, one AVX-512 register or cache line.
  static let alignment = 64

  let base: UnsafeMutablePointer<UInt8>
  let byteCount: Int

  init(byteCount: Int) {
    self.byteCount = byteCount
    base = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: Self.alignment)
      .bindMemory(to: UInt8.self, capacity: byteCount)
  }

  convenience init(copying other: PictureStorage) {
    self.init(byteCount: other.byteCount)
    base.update(from: other.base, count: other.byteCount)
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }
}
