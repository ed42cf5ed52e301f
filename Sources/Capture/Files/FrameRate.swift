/// Frames a second, in words and on a timeline.
enum FrameRate {
  /// `30 fps`, `29.97 fps`.
  static func text(_ framesPerSecond: Double) -> String {
    let hundredths = (framesPerSecond * 100).rounded() / 100
    return hundredths == hundredths.rounded() ? "\(Int(hundredths)) fps" : "\(hundredths) fps"
  }

  /// When a frame is due, in nanoseconds from the first one.
  static func nanoseconds(ofFrame number: UInt64, framesPerSecond: Double) -> UInt64 {
    UInt64(exactly: (Double(number) / framesPerSecond * 1e9).rounded()) ?? .max
  }
}
