import Foundation
import Imaging
import Tensors
import Testing

@testable import Faces

@Suite struct FlipAveragingTests {
  private static let weights = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../models/vgg19-fer2013.safetensors").standardized.path

  private static let side = 96

  /// Something that is not its own mirror image.
  private static func picture(mirrored: Bool) throws -> Picture {
    var picture = try Picture(width: side, height: side, subsampling: .grey, luma: 0)
    let bytesPerLine = picture.planes[0].bytesPerLine
    picture.withMutableBytes { bytes in
      for y in 0..<side {
        for x in 0..<side {
          let place = mirrored ? side - 1 - x : x
          bytes[y * bytesPerLine + x] = UInt8(min(255, place * 2 + (y < 30 && place > 60 ? 60 : 0)))
        }
      }
    }
    return picture
  }

  private static func classifier(_ flip: FlipAveraging) throws -> VGG19EmotionClassifier {
    try VGG19EmotionClassifier(
      weightsPath: weights, maximumBatch: 3, flipAveraging: flip, pool: WorkerPool(workerCount: 2))
  }

  private static let boxes = [
    PixelRectangle(x: 10, y: 10, width: 60, height: 60), PixelRectangle(x: 30, y: 20, width: 50, height: 50),
  ]
  private static let mirroredBoxes = boxes.map {
    PixelRectangle(x: side - $0.x - $0.width, y: $0.y, width: $0.width, height: $0.height)
  }

  @Test func aFlippedFaceIsTheMeanOfBothViews() throws {
    let plain = try Self.classifier(.off)
    let one = plain.classify(Self.boxes, in: try Self.picture(mirrored: false))
    let other = plain.classify(Self.mirroredBoxes, in: try Self.picture(mirrored: true))
    let both = try Self.classifier(.on).classify(Self.boxes, in: try Self.picture(mirrored: false))
    for face in Self.boxes.indices {
      #expect(one[face] != other[face])
      for (index, value) in both[face].values.enumerated() {
        let mean = (one[face].values[index] + other[face].values[index]) / 2
        #expect(abs(value - mean) < 1e-4)
      }
    }
  }

  @Test func theDecisionFollowsTheTimes() {
    var decision = FlipDecision(.automatic(secondsAtMost: 0.1))
    #expect(!decision.flips(faces: 1))
    decision.learn(inputs: 2, seconds: 0.02)
    #expect(decision.flips(faces: 5))
    #expect(!decision.flips(faces: 6))
    for _ in 0..<50 { decision.learn(inputs: 1, seconds: 0.08) }
    #expect(!decision.flips(faces: 1))
    #expect(!FlipDecision(.off).flips(faces: 1))
    #expect(FlipDecision(.on).flips(faces: 1000))
  }
}
