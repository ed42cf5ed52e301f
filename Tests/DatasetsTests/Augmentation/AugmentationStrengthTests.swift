import Testing

@testable import Datasets

@Suite struct AugmentationStrengthTests {
  private static var augmentation: Augmentation {
    var augmentation = Augmentation()
    augmentation.flipProbability = 0.5
    augmentation.shift = 0.1
    augmentation.warpProbability = 0.8
    augmentation.rotationDegrees = 16
    augmentation.shearDegrees = 8
    augmentation.scale = 0.81...1.21
    augmentation.aspect = 0.64...1.44
    augmentation.brightness = 0.25...4
    augmentation.contrast = 0.5...2
    augmentation.erasing = RandomErasing(probability: 0.3)
    augmentation.cropSide = 44
    return augmentation
  }

  @Test func halfTheStrength() {
    let half = Self.augmentation.scaled(by: 0.5)
    #expect(half.warpProbability == 0.4)
    #expect(half.shift == 0.05)
    #expect(half.rotationDegrees == 8)
    #expect(half.shearDegrees == 4)
    func isNear(_ range: ClosedRange<Double>, _ lower: Double, _ upper: Double) -> Bool {
      abs(range.lowerBound - lower) < 1e-12 && abs(range.upperBound - upper) < 1e-12
    }
    #expect(isNear(half.scale, 0.9, 1.1))
    #expect(isNear(half.aspect, 0.8, 1.2))
    #expect(isNear(half.brightness, 0.5, 2))
    #expect(isNear(half.contrast, 0.5.squareRoot(), 2.0.squareRoot()))
    #expect(half.erasing?.probability == 0.15)
    #expect(half.flipProbability == 0.5)
    #expect(half.cropSide == 44)
  }

  @Test func oneChangesNothingAndZeroLeavesMirroringAndCrops() {
    #expect(Self.augmentation.scaled(by: 1) == Self.augmentation)
    var plain = Augmentation()
    plain.flipProbability = 0.5
    plain.warpProbability = 0
    plain.cropSide = 44
    plain.erasing = RandomErasing(probability: 0)
    #expect(Self.augmentation.scaled(by: 0) == plain)
  }

  /// A range that is too large is found, and one that begins at 0 stays one.
  @Test func whatIsTooStrongIsFound() throws {
    #expect(throws: AugmentationError.self) { try Self.augmentation.scaled(by: 4).validate() }
    #expect(Self.augmentation.scaled(by: 2).warpProbability == 1)
    var dark = Augmentation()
    dark.brightness = 0...1.5
    #expect(dark.scaled(by: 0).brightness == 1...1)
    #expect(dark.scaled(by: 2).brightness == 0...2.25)
  }
}
