import Glibc

/// What the drawn face does when: seven expressions in turn, blinks, and a slow sway. It repeats after
/// ``cycleSeconds`` without a jump.
enum DemoTimeline {
  static let secondsAnExpression = 4.0
  static let cycleSeconds = secondsAnExpression * Double(DemoExpression.allCases.count)
  /// How long one expression takes to become the next.
  private static let transitionSeconds = 0.7
  private static let secondsBetweenBlinks = 3.5
  private static let firstBlinkSeconds = 2.1
  /// From open to closed.
  private static let blinkSeconds = 0.13

  /// The expression that is shown, or that the face is turning to.
  static func expression(atSeconds seconds: Double) -> DemoExpression {
    expressions[index(atSeconds: seconds)]
  }

  /// Whether the face rests in its expression, and does not turn to it from the one before.
  static func isSettled(atSeconds seconds: Double) -> Bool {
    position(seconds, inPeriod: secondsAnExpression) >= transitionSeconds
  }

  /// The muscles, between two expressions for a moment, and with blinks.
  static func muscles(atSeconds seconds: Double) -> FacialExpression {
    let index = index(atSeconds: seconds)
    let previous = expressions[(index + expressions.count - 1) % expressions.count]
    let sinceChange = position(seconds, inPeriod: secondsAnExpression)
    var muscles = previous.muscles.mixed(
      with: expressions[index].muscles, progress: Float(eased(sinceChange / transitionSeconds)))
    let toBlink = abs(
      position(seconds - firstBlinkSeconds + secondsBetweenBlinks / 2, inPeriod: secondsBetweenBlinks)
        - secondsBetweenBlinks / 2)
    muscles.eyesClosed = max(muscles.eyesClosed, 0.95 * Float(eased(1 - toBlink / blinkSeconds)))
    return muscles
  }

  /// Where the head is in a picture of the given size.
  static func pose(atSeconds seconds: Double, width: Int, height: Int) -> HeadPose {
    let angle = 2 * Double.pi * position(seconds, inPeriod: cycleSeconds) / cycleSeconds
    let unit = 0.22 * min(Double(height), 0.75 * Double(width))
    return HeadPose(
      centerX: Float(Double(width) / 2 + 0.22 * unit * sin(2 * angle)),
      centerY: Float(0.485 * Double(height) + 0.06 * unit * sin(5 * angle + 1)),
      pixelsPerUnit: Float(unit * (1 + 0.04 * sin(2 * angle + 2))), roll: Float(0.05 * sin(3 * angle + 0.5)),
      yaw: Float(0.10 * sin(2 * angle + 0.4)), pitch: Float(0.045 * sin(5 * angle)))
  }

  private static let expressions = DemoExpression.allCases

  private static func index(atSeconds seconds: Double) -> Int {
    min(Int(position(seconds, inPeriod: cycleSeconds) / secondsAnExpression), expressions.count - 1)
  }

  /// The time since the last multiple of a period, 0 up to the period.
  private static func position(_ seconds: Double, inPeriod period: Double) -> Double {
    let remainder = fmod(seconds, period)
    return remainder < 0 ? remainder + period : remainder
  }

  /// 0 to 1 with speed and acceleration 0 at both ends.
  private static func eased(_ progress: Double) -> Double {
    let x = min(max(progress, 0), 1)
    return x * x * x * (x * (6 * x - 15) + 10)
  }
}
