/// How bright pictures are and how much contrast they have, in grey values 0...255.
public struct PictureStatistics: Codable, Sendable, Equatable {
  /// How many pictures this is about.
  public let pictureCount: Int
  /// The mean of all pixels.
  public let mean: Double
  /// The standard deviation of all pixels about ``mean``.
  public let standardDeviation: Double
  /// How a picture's mean is distributed over the pictures.
  public let brightness: Spread
  /// How a picture's own standard deviation is distributed over the pictures.
  public let contrast: Spread

  /// Five numbers about a distribution: its extremes and quartiles (linear interpolation between neighbours, as
  /// NumPy's `percentile`).
  public struct Spread: Codable, Sendable, Equatable {
    /// The least.
    public let minimum: Double
    /// A quarter lies below.
    public let lowerQuartile: Double
    /// Half lies below.
    public let median: Double
    /// Three quarters lie below.
    public let upperQuartile: Double
    /// The greatest.
    public let maximum: Double

    init(_ values: [Double]) {
      let sorted = values.sorted()
      func quantile(_ fraction: Double) -> Double {
        if sorted.isEmpty { return 0 }
        let position = fraction * Double(sorted.count - 1)
        let lower = Int(position)
        let upper = min(lower + 1, sorted.count - 1)
        return sorted[lower] + (sorted[upper] - sorted[lower]) * (position - Double(lower))
      }
      minimum = quantile(0)
      lowerQuartile = quantile(0.25)
      median = quantile(0.5)
      upperQuartile = quantile(0.75)
      maximum = quantile(1)
    }
  }

  init(_ moments: [PictureMoments]) {
    let pixelCount = Double(max(1, moments.count * FacePictures.pixelsPerPicture))
    let sum = Double(moments.reduce(0) { $0 + $1.sum })
    let squares = Double(moments.reduce(0) { $0 + $1.sumOfSquares })
    pictureCount = moments.count
    mean = sum / pixelCount
    standardDeviation = max(0, squares / pixelCount - mean * mean).squareRoot()
    brightness = Spread(moments.map(\.mean))
    contrast = Spread(moments.map(\.standardDeviation))
  }
}

/// A picture's sums, which whole numbers hold exactly.
struct PictureMoments {
  let sum: Int
  let sumOfSquares: Int

  var mean: Double { Double(sum) / Double(FacePictures.pixelsPerPicture) }

  var standardDeviation: Double {
    // The difference of whole numbers is exactly 0 for a picture of one colour.
    let scaled = FacePictures.pixelsPerPicture * sumOfSquares - sum * sum
    return Double(scaled).squareRoot() / Double(FacePictures.pixelsPerPicture)
  }

  init(_ picture: UnsafePointer<UInt8>, histogram: UnsafeMutablePointer<Int>) {
    var sum = 0
    var sumOfSquares = 0
    for index in 0..<FacePictures.pixelsPerPicture {
      let value = Int(picture[index])
      sum &+= value
      sumOfSquares &+= value &* value
      histogram[value] &+= 1
    }
    self.sum = sum
    self.sumOfSquares = sumOfSquares
  }
}
