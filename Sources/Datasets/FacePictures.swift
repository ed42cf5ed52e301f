import Faces

/// Labelled grey pictures of faces, 48x48, in memory: what all splits, statistics and training batches are made of.
///
///     let pictures = try Dataset.read("fer2013.csv").pictures.droppingDuplicates()
///
/// The arrays stand side by side: entry `i` of each is about picture `i`.
public struct FacePictures: Sendable, Equatable {
  /// Width and height of every picture, in pixels.
  public static let side = 48
  /// Bytes of one picture.
  public static let pixelsPerPicture = side * side

  /// [count, 48, 48] grey values, row by row.
  public let pixels: [UInt8]
  /// What each face shows.
  public let labels: [Emotion]
  /// Which part each picture belongs to.
  public let usage: [Usage]
  /// Where each picture stood in what it was read from: the table's row (from 0, without its header) or the number
  /// of its file in ``DatasetReading/files``.
  public let sourceRows: [Int]

  /// How many pictures there are.
  public var count: Int { labels.count }

  /// Pictures from their parts.
  ///
  /// - Precondition: The counts agree: 2,304 pixels, one label, one usage and one row a picture.
  public init(pixels: [UInt8], labels: [Emotion], usage: [Usage], sourceRows: [Int]) {
    precondition(pixels.count == labels.count * Self.pixelsPerPicture)
    precondition(usage.count == labels.count && sourceRows.count == labels.count)
    self.pixels = pixels
    self.labels = labels
    self.usage = usage
    self.sourceRows = sourceRows
  }

  /// The pictures at these positions, in their order.
  public func selecting(_ indices: [Int]) -> FacePictures {
    var selected: [UInt8] = []
    selected.reserveCapacity(indices.count * Self.pixelsPerPicture)
    for index in indices { selected.append(contentsOf: self[index]) }
    return FacePictures(
      pixels: selected, labels: indices.map { labels[$0] }, usage: indices.map { usage[$0] },
      sourceRows: indices.map { sourceRows[$0] })
  }

  /// The 2,304 grey values of one picture, row by row.
  public subscript(index: Int) -> ArraySlice<UInt8> {
    pixels[index * Self.pixelsPerPicture..<(index + 1) * Self.pixelsPerPicture]
  }

  /// Lends the pixels of one picture, [48, 48]; the pointer is valid only inside `body`.
  public func withPicture<Result, Failure>(
    at index: Int, _ body: (UnsafePointer<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(index >= 0 && index < count)
    return try pixels.withUnsafeBufferPointer { buffer throws(Failure) in
      try body(buffer.baseAddress! + index * Self.pixelsPerPicture)
    }
  }

  /// How many pictures there are of each emotion, in the order of the labels.
  public func labelCounts(of indices: [Int]? = nil) -> [Int] {
    var counts = [Int](repeating: 0, count: Emotion.allCases.count)
    if let indices {
      for index in indices { counts[labels[index].rawValue] += 1 }
    } else {
      for label in labels { counts[label.rawValue] += 1 }
    }
    return counts
  }
}
