import Faces
import Glibc

extension FacePictures {
  /// For each picture the position of the first one with the same pixels, which may be itself. Labels and usage do
  /// not matter. Two pictures have the same number here exactly when all of their pixels are equal.
  public func firstsWithEqualPixels() -> [Int] {
    pixels.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return [] }
      // Distinct pictures of one hash, almost always one.
      var known: [UInt64: [Int]] = [:]
      known.reserveCapacity(count)
      return (0..<count).map { index in
        let picture = base + index * Self.pixelsPerPicture
        let candidates = known[PictureHash.hash(picture), default: []]
        for candidate in candidates
        where memcmp(base + candidate * Self.pixelsPerPicture, picture, Self.pixelsPerPicture) == 0 {
          return candidate
        }
        known[PictureHash.hash(picture), default: []].append(index)
        return index
      }
    }
  }

  /// Without the pictures that an earlier one equals in pixels, label and usage; what pandas'
  /// `drop_duplicates(keep='first')` leaves of the table's three columns. FER2013's 35,887 rows become 34,653.
  public func droppingDuplicates() -> FacePictures {
    selecting(Duplicates(self).positionsWithoutRepeats)
  }
}

/// Which pictures stand more than once in a set, and how that matters.
public struct Duplicates: Sendable {
  /// For each picture the first one with the same pixels; see ``FacePictures/firstsWithEqualPixels()``.
  public let firsts: [Int]
  /// The positions of pictures with the same pixels, in groups of two or more, in the order of their firsts.
  public let groups: [[Int]]
  /// How many different pictures there are.
  public let distinctCount: Int
  private let labels: [Emotion]
  private let usage: [Usage]

  /// Finds them; each pair that a hash suggests is compared in full.
  public init(_ pictures: FacePictures) {
    firsts = pictures.firstsWithEqualPixels()
    labels = pictures.labels
    usage = pictures.usage
    var members: [Int: [Int]] = [:]
    for (index, first) in firsts.enumerated() where index != first {
      members[first, default: [first]].append(index)
    }
    groups = members.keys.sorted().map { members[$0]! }
    distinctCount = firsts.enumerated().count { $0.offset == $0.element }
  }

  /// The positions of pictures that no earlier one equals in pixels, label and usage.
  public var positionsWithoutRepeats: [Int] {
    struct Row: Hashable {
      let first: Int
      let label: Emotion
      let usage: Usage
    }
    var seen: Set<Row> = []
    return firsts.indices.filter {
      seen.insert(Row(first: firsts[$0], label: labels[$0], usage: usage[$0])).inserted
    }
  }

  /// The groups whose pictures are not all labelled alike.
  public var groupsWithConflictingLabels: [[Int]] {
    groups.filter { group in group.contains { labels[$0] != labels[group[0]] } }
  }

  /// The groups whose pictures belong to more than one part.
  public var groupsAcrossUsages: [[Int]] {
    groups.filter { group in group.contains { usage[$0] != usage[group[0]] } }
  }

  /// The pictures of one part whose pixels another part has too.
  ///
  /// - Parameter sameLabel: Only those that have the same label there at least once.
  public func positions(in part: Usage, alsoIn other: Usage, sameLabel: Bool = false) -> [Int] {
    groups.flatMap { group in
      group.filter { index in
        usage[index] == part
          && group.contains {
            usage[$0] == other && $0 != index && (!sameLabel || labels[$0] == labels[index])
          }
      }
    }.sorted()
  }
}
