import Faces
import Imaging
import Pipeline

/// Faces and records for tests.
enum Sample {
  static func face(
    _ id: UInt64, _ emotion: Emotion, side: Int = 100, confidence: Float = 0.8, isUncertain: Bool = false
  ) -> LabelledFace {
    let others = (1 - confidence) / Float(Emotion.allCases.count - 1)
    return LabelledFace(
      id: id, box: PixelRectangle(x: 10, y: 20, width: side, height: side), emotion: emotion,
      confidence: confidence,
      scores: EmotionScores(Emotion.allCases.map { $0 == emotion ? confidence : others }),
      isUncertain: isUncertain)
  }

  /// A record of so many seconds after 1970.
  static func record(_ faces: [LabelledFace], second: Double = 0, frame: UInt64 = 1) -> LabelRecord {
    LabelRecord(
      wallClockNanoseconds: UInt64(second * 1e9), frame: frame, width: 640, height: 480, faces: faces)
  }
}
