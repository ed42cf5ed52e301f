import Datasets

/// Every pixel shifted and scaled by what the training pictures have at its place.
public struct ScaledInput: PictureInput {
  /// What the pixels are brought to.
  public enum Scaling: Sendable {
    /// 0...1 over the training pictures, as scikit-learn's MinMaxScaler does.
    case range
    /// Mean 0 and variance 1 over the training pictures, as scikit-learn's StandardScaler does.
    case standardized
  }

  private let offset: [Float]
  private let scale: [Float]
  /// Floats of one picture.
  public var count: Int { offset.count }

  /// - Parameters:
  ///   - scaling: What the pixels are brought to. A pixel that is the same everywhere becomes 0.
  ///   - pictures: The data set.
  ///   - indices: The training pictures, at least one.
  public init(_ scaling: Scaling, fittedTo pictures: FacePictures, indices: [Int]) {
    precondition(!indices.isEmpty)
    (offset, scale) =
      switch scaling {
      case .range: Self.ranges(of: pictures, indices)
      case .standardized: Self.moments(of: pictures, indices)
      }
  }

  private static func ranges(of pictures: FacePictures, _ indices: [Int]) -> ([Float], [Float]) {
    var low = [UInt8](repeating: .max, count: FacePictures.pixelsPerPicture)
    var high = [UInt8](repeating: .min, count: FacePictures.pixelsPerPicture)
    for index in indices {
      for (place, value) in pictures[index].enumerated() {
        low[place] = min(low[place], value)
        high[place] = max(high[place], value)
      }
    }
    return (low.map(Float.init), zip(low, high).map { $1 > $0 ? 1 / Float($1 - $0) : 1 })
  }

  /// In whole numbers, which are exact: the sum of squares of 2^47 bytes fits.
  private static func moments(of pictures: FacePictures, _ indices: [Int]) -> ([Float], [Float]) {
    var sums = [Int](repeating: 0, count: FacePictures.pixelsPerPicture)
    var squares = sums
    for index in indices {
      for (place, value) in pictures[index].enumerated() {
        sums[place] += Int(value)
        squares[place] += Int(value) * Int(value)
      }
    }
    let count = Double(indices.count)
    let scale = zip(sums, squares).map { sum, square in
      let mean = Double(sum) / count
      let variance = Double(square) / count - mean * mean
      return variance > 1e-9 ? Float(1 / variance.squareRoot()) : 1
    }
    return (sums.map { Float(Double($0) / count) }, scale)
  }

  /// Writes one picture's input.
  public func write(
    _ picture: UnsafePointer<UInt8>, seed: UInt64, epoch: Int, index: Int,
    into output: UnsafeMutablePointer<Float>
  ) {
    for place in 0..<count { output[place] = (Float(picture[place]) - offset[place]) * scale[place] }
  }
}
