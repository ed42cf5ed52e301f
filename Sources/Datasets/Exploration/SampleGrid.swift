import Faces
import Tensors

/// Which pictures to show for each label.
public enum SampleGrid {
  /// The notebook's 7x7 grid: its counter runs on from label to label, so the row of label `l` shows that label's
  /// pictures 7 l to 7 l + 6.
  ///
  /// - Returns: A row of positions for each emotion, in the order of the labels; shorter where there are not enough.
  public static func notebook(_ pictures: FacePictures, perLabel: Int = 7) -> [[Int]] {
    positions(pictures).enumerated().map { label, positions in
      Array(positions.dropFirst(label * perLabel).prefix(perLabel))
    }
  }

  /// Pictures of each label picked at random, the same for the same seed.
  ///
  /// - Returns: A row of positions for each emotion, in the order of the labels; shorter where there are not enough.
  public static func random(_ pictures: FacePictures, perLabel: Int = 7, seed: UInt64) -> [[Int]] {
    positions(pictures).enumerated().map { label, positions in
      var generator = SeededGenerator(seed: seed, stream: UInt64(label))
      return Array(positions.shuffled(using: &generator).prefix(perLabel))
    }
  }

  private static func positions(_ pictures: FacePictures) -> [[Int]] {
    var positions = [[Int]](repeating: [], count: Emotion.allCases.count)
    for (index, label) in pictures.labels.enumerated() { positions[label.rawValue].append(index) }
    return positions
  }
}
