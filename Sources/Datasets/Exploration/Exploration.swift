import Faces

/// What a look at a dataset shows, before anything is learned from it: all that the notebook prints, and what it
/// should have looked at.
///
///     let exploration = Exploration(of: pictures, source: "fer2013.csv")
///     print(exploration.text)
///     let json = try JSONEncoder().encode(exploration)
///
/// Arrays by emotion are in the order of ``emotions``.
public struct Exploration: Codable, Sendable, Equatable {
  /// What was read, for a title.
  public let source: String
  /// The names of the emotions in the order of their labels.
  public let emotions: [String]
  /// Rows of the table, repeated ones included.
  public let rowCount: Int
  /// Width and height of the pictures in pixels.
  public let imageSide: Int
  /// The table's columns as pandas' `info()` and `isnull()` report them.
  public let columns: [Column]
  /// What pandas' `info()` calls memory usage, in bytes: eight for each number or reference and the index.
  public let tableBytes: Int
  /// Pictures of each emotion in all rows.
  public let labelCounts: [Int]
  /// Repeated rows and repeated pictures.
  public let duplicates: DuplicateCounts
  /// Pictures of each emotion without repeated rows.
  public let labelCountsWithoutRepeats: [Int]
  /// The same by part; parts without pictures are left out.
  public let parts: [Part]
  /// Brightness and contrast of all rows.
  public let statistics: PictureStatistics
  /// Brightness and contrast by emotion.
  public let statisticsByEmotion: [PictureStatistics]
  /// How many pixels have each grey value, 256 counts.
  public let greyHistogram: [Int]
  /// Source rows of pictures that are of one grey value throughout: no face at all.
  public let constantPictures: [Int]
  /// How many pictures have a standard deviation below ``lowContrastLimit``, the constant ones included.
  public let lowContrastCount: Int

  /// Below this standard deviation in grey values a picture shows hardly anything.
  public static let lowContrastLimit = 10.0

  /// A column of the table.
  public struct Column: Codable, Sendable, Equatable {
    /// As in the header.
    public let name: String
    /// Rows that have a value.
    public let nonNullCount: Int
    /// Rows that have none; reading refuses or skips those.
    public let nullCount: Int
    /// pandas' name for its type.
    public let type: String
  }

  /// One part of the contest.
  public struct Part: Codable, Sendable, Equatable {
    /// Which part.
    public let usage: Usage
    /// Its word in the table.
    public let name: String
    /// Rows.
    public let rowCount: Int
    /// Pictures of each emotion.
    public let labelCounts: [Int]
    /// Pictures of each emotion without repeated rows.
    public let labelCountsWithoutRepeats: [Int]
    /// How its pictures leak into the other parts.
    public let overlaps: [Overlap]
  }

  /// How many of a part's rows have a picture that another part has too.
  public struct Overlap: Codable, Sendable, Equatable {
    /// The other part's word in the table.
    public let other: String
    /// Rows with the same pixels there.
    public let rowCount: Int
    /// Those that have the same label there as well.
    public let sameLabelCount: Int
  }

  /// How often things stand in the table more than once.
  public struct DuplicateCounts: Codable, Sendable, Equatable {
    /// Rows that equal an earlier one in all three columns.
    public let repeatedRows: Int
    /// Rows without those.
    public let rowsWithoutRepeats: Int
    /// Pictures that differ in some pixel.
    public let distinctPictures: Int
    /// Groups of two or more rows with the same picture.
    public let groups: Int
    /// Rows in those groups.
    public let rowsInGroups: Int
    /// Groups with more than one label.
    public let groupsWithConflictingLabels: Int
    /// Groups with more than one part.
    public let groupsAcrossParts: Int
  }

  /// Looks at pictures as they were read, before anything is dropped.
  public init(of pictures: FacePictures, source: String) {
    let found = Duplicates(pictures)
    let kept = found.positionsWithoutRepeats
    let (moments, histogram) = Self.moments(of: pictures)
    self.source = source
    emotions = Emotion.allCases.map(\.name)
    rowCount = pictures.count
    imageSide = FacePictures.side
    columns = [("emotion", "int64"), ("pixels", "object"), ("Usage", "object")].map {
      Column(name: $0.0, nonNullCount: pictures.count, nullCount: 0, type: $0.1)
    }
    // A RangeIndex takes 128 bytes.
    tableBytes = pictures.count * columns.count * 8 + 128
    labelCounts = pictures.labelCounts()
    duplicates = DuplicateCounts(
      repeatedRows: pictures.count - kept.count, rowsWithoutRepeats: kept.count,
      distinctPictures: found.distinctCount, groups: found.groups.count,
      rowsInGroups: found.groups.reduce(0) { $0 + $1.count },
      groupsWithConflictingLabels: found.groupsWithConflictingLabels.count,
      groupsAcrossParts: found.groupsAcrossUsages.count)
    labelCountsWithoutRepeats = pictures.labelCounts(of: kept)
    parts = Self.parts(of: pictures, kept: kept, duplicates: found)
    statistics = PictureStatistics(moments)
    statisticsByEmotion = Emotion.allCases.map { emotion in
      PictureStatistics(pictures.labels.indices.filter { pictures.labels[$0] == emotion }.map { moments[$0] })
    }
    greyHistogram = histogram
    constantPictures = moments.indices.filter { moments[$0].standardDeviation == 0 }
      .map { pictures.sourceRows[$0] }
    lowContrastCount = moments.count { $0.standardDeviation < Self.lowContrastLimit }
  }

  private static func moments(of pictures: FacePictures) -> ([PictureMoments], histogram: [Int]) {
    var histogram = [Int](repeating: 0, count: 256)
    let moments = histogram.withUnsafeMutableBufferPointer { histogram in
      (0..<pictures.count).map { index in
        pictures.withPicture(at: index) { PictureMoments($0, histogram: histogram.baseAddress!) }
      }
    }
    return (moments, histogram)
  }

  private static func parts(of pictures: FacePictures, kept: [Int], duplicates: Duplicates) -> [Part] {
    Usage.allCases.compactMap { usage in
      let all = pictures.usage.indices.filter { pictures.usage[$0] == usage }
      if all.isEmpty { return nil }
      return Part(
        usage: usage, name: usage.name, rowCount: all.count, labelCounts: pictures.labelCounts(of: all),
        labelCountsWithoutRepeats: pictures.labelCounts(of: kept.filter { pictures.usage[$0] == usage }),
        overlaps: Usage.allCases.filter { $0 != usage && pictures.usage.contains($0) }.map { other in
          Overlap(
            other: other.name, rowCount: duplicates.positions(in: usage, alsoIn: other).count,
            sameLabelCount: duplicates.positions(in: usage, alsoIn: other, sameLabel: true).count)
        })
    }
  }
}
