/// Decides whether compressed frames of another size than agreed are damage or the camera's way.
///
/// A single one is damage and is dropped. Several in a row that agree with each other are asked about: the driver may
/// know of a new format, or the camera says one size and sends another.
struct JPEGSizeCheck {
  /// What is to be done with a frame.
  enum Verdict: Equatable {
    case accept
    case drop
    /// Ask the driver for its format; where that is as agreed, ``trust(width:height:)`` the frames.
    case ask
  }

  /// As many frames of the same other size are no accident.
  static let agreeingFrames = 8

  private var accepted: Size
  private var other: Size?
  private var inARow = 0

  private struct Size: Equatable {
    var width: Int
    var height: Int
  }

  init(width: Int, height: Int) { accepted = Size(width: width, height: height) }

  /// Looks at the next frame's size.
  mutating func check(width: Int, height: Int) -> Verdict {
    let size = Size(width: width, height: height)
    if size == accepted {
      inARow = 0
      return .accept
    }
    inARow = size == other ? inARow + 1 : 1
    other = size
    return inARow >= Self.agreeingFrames ? .ask : .drop
  }

  /// From now on frames have this size.
  mutating func trust(width: Int, height: Int) {
    accepted = Size(width: width, height: height)
    inARow = 0
  }
}
