/// How far the muscles of a face are drawn, each 0 (at rest) to 1: the action units of P. Ekman, W. Friesen,
/// "Facial Action Coding System" (1978), whose numbers stand beside them.
struct FacialExpression: Equatable {
  /// 1
  var innerBrowRaiser: Float = 0
  /// 2
  var outerBrowRaiser: Float = 0
  /// 4
  var browLowerer: Float = 0
  /// 5
  var upperLidRaiser: Float = 0
  /// 6
  var cheekRaiser: Float = 0
  /// 7
  var lidTightener: Float = 0
  /// 9
  var noseWrinkler: Float = 0
  /// 10
  var upperLipRaiser: Float = 0
  /// 12
  var lipCornerPuller: Float = 0
  /// 15
  var lipCornerDepressor: Float = 0
  /// 17
  var chinRaiser: Float = 0
  /// 20
  var lipStretcher: Float = 0
  /// 24
  var lipPressor: Float = 0
  /// 25
  var lipsPart: Float = 0
  /// 26
  var jawDrop: Float = 0
  /// 43; 1 is a blink's moment of closed eyes.
  var eyesClosed: Float = 0

  private static let units: [WritableKeyPath<FacialExpression, Float> & Sendable] = [
    \.innerBrowRaiser, \.outerBrowRaiser, \.browLowerer, \.upperLidRaiser, \.cheekRaiser, \.lidTightener,
    \.noseWrinkler, \.upperLipRaiser, \.lipCornerPuller, \.lipCornerDepressor, \.chinRaiser, \.lipStretcher,
    \.lipPressor, \.lipsPart, \.jawDrop, \.eyesClosed,
  ]

  /// This expression on its way to another one; `progress` is 0 here and 1 there.
  func mixed(with other: FacialExpression, progress: Float) -> FacialExpression {
    var mixed = self
    for unit in Self.units { mixed[keyPath: unit] += (other[keyPath: unit] - self[keyPath: unit]) * progress }
    return mixed
  }
}

extension DemoExpression {
  /// The units that make an expression: those of EMFACS, their strengths chosen so that people and the network
  /// see what is meant.
  var muscles: FacialExpression {
    switch self {
    case .neutral: FacialExpression()
    case .happiness: FacialExpression(cheekRaiser: 0.85, lipCornerPuller: 1, lipsPart: 1)
    case .surprise:
      FacialExpression(innerBrowRaiser: 0.6, outerBrowRaiser: 0.7, upperLidRaiser: 1, jawDrop: 1)
    case .fear:
      FacialExpression(
        innerBrowRaiser: 1, browLowerer: 0.6, upperLidRaiser: 0.9, upperLipRaiser: 0.6,
        lipCornerDepressor: 0.9, lipStretcher: 1, lipsPart: 0.6, jawDrop: 0.65)
    case .sadness:
      FacialExpression(
        innerBrowRaiser: 1, browLowerer: 0.5, lidTightener: 0.3, lipCornerDepressor: 0.85, chinRaiser: 0.3,
        jawDrop: 0.2, eyesClosed: 0.4)
    case .disgust:
      FacialExpression(
        browLowerer: 0.7, cheekRaiser: 0.5, lidTightener: 0.4, noseWrinkler: 1, upperLipRaiser: 1,
        lipCornerDepressor: 0.6, lipsPart: 0.5)
    case .anger:
      FacialExpression(
        browLowerer: 1, upperLidRaiser: 0.5, lidTightener: 0.4, noseWrinkler: 0.8, lipCornerDepressor: 0.9,
        chinRaiser: 0.9, lipPressor: 1, lipsPart: 0.4)
    }
  }
}
