/// A colour of the drawing, kept as what the planes hold: full range Y'CbCr, ITU-R BT.601.
struct DrawnColor {
  let luma: Float
  let cb: Float
  let cr: Float

  /// - Parameters: Each 0...255.
  init(_ red: Float, _ green: Float, _ blue: Float) {
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    cb = 128 + (blue - luma) / 1.772
    cr = 128 + (red - luma) / 1.402
  }

  static let skin = DrawnColor(229, 184, 154)
  static let skinLight = DrawnColor(252, 222, 198)
  static let skinShade = DrawnColor(150, 96, 72)
  static let skinCrease = DrawnColor(96, 56, 42)
  static let hair = DrawnColor(66, 43, 32)
}

extension DemoExpression {
  /// The colour of its dot below the face.
  var color: DrawnColor {
    switch self {
    case .neutral: DrawnColor(200, 208, 216)
    case .happiness: DrawnColor(250, 206, 90)
    case .surprise: DrawnColor(240, 140, 80)
    case .fear: DrawnColor(170, 130, 210)
    case .sadness: DrawnColor(100, 150, 230)
    case .disgust: DrawnColor(120, 190, 110)
    case .anger: DrawnColor(230, 90, 80)
    }
  }
}
