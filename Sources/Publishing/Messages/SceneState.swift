import Faces
import Pipeline

/// What is seen at a moment, in the few words that a house or a dashboard needs.
struct SceneState: Sendable, Equatable {
  let wallClockNanoseconds: UInt64
  let frame: UInt64
  /// How many faces show which emotion; those that none shows are left out.
  let counts: [Emotion: Int]
  /// The largest face; nil where there is none.
  let largest: LabelledFace?

  init(_ record: LabelRecord) {
    wallClockNanoseconds = record.wallClockNanoseconds
    frame = record.frame
    counts = Dictionary(grouping: record.faces, by: \.emotion).mapValues(\.count)
    // The lowest id of equals: the order of the record.
    largest = record.faces.reduce(nil) { largest, face in
      guard let largest else { return face }
      return Self.area(face) > Self.area(largest) ? face : largest
    }
  }

  private static func area(_ face: LabelledFace) -> Int { face.box.width * face.box.height }

  /// A change of the confidence below this is not worth a message.
  static let notableConfidence: Float = 0.05

  /// Whether somebody who knows `other` should be told of this one.
  func isNews(after other: SceneState) -> Bool {
    guard counts == other.counts, largest?.emotion == other.largest?.emotion,
      largest?.isUncertain == other.largest?.isUncertain
    else { return true }
    guard let now = largest?.confidence, let before = other.largest?.confidence else { return false }
    return abs(now - before) >= Self.notableConfidence
  }

  /// One line of JSON. The order of the keys is part of the format.
  func json(host: String, camera: String) -> String {
    var text = "{\"time\":\"" + RFC3339.string(nanosecondsSince1970: wallClockNanoseconds) + "\""
    text += ",\"host\":" + JSONText.quoted(host) + ",\"camera\":" + JSONText.quoted(camera)
    text += ",\"frame\":\(frame),\"faces\":\(counts.values.reduce(0, +))"
    text += ",\"emotion\":\"\(largest?.emotion.name ?? Self.nobody)\""
    text += ",\"confidence\":" + (largest.map { JSONText.fraction($0.confidence) } ?? "null")
    text += ",\"uncertain\":\(largest?.isUncertain ?? false),\"emotions\":{"
    text += Emotion.allCases.map { "\"\($0.name)\":\(counts[$0] ?? 0)" }.joined(separator: ",")
    return text + "}}"
  }

  /// The emotion where there is no face.
  static let nobody = "none"
}
