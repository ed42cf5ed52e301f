import Datasets
import Faces
import Testing

@testable import Training

/// Pixels that are shifted and scaled by what the training pictures have.
@Suite struct ScaledInputTests {
  /// Three pictures whose first pixels are 10, 30, 80 and 7, 7, 7; the last picture does not train.
  private static let pictures: FacePictures = {
    var pixels = [UInt8](repeating: 0, count: 4 * 48 * 48)
    for (index, value) in [10, 30, 80, 255].enumerated() {
      pixels[index * 48 * 48] = UInt8(value)
      pixels[index * 48 * 48 + 1] = index < 3 ? 7 : 9
    }
    return FacePictures(
      pixels: pixels, labels: [.anger, .fear, .happiness, .neutral],
      usage: [Usage](repeating: .training, count: 4), sourceRows: [1, 2, 3, 4])
  }()

  private static func inputs(_ scaling: ScaledInput.Scaling) -> [[Float]] {
    let input = ScaledInput(scaling, fittedTo: pictures, indices: [0, 1, 2])
    return (0..<4).map { index in
      var output = [Float](repeating: .nan, count: input.count)
      pictures.withPicture(at: index) { input.write($0, seed: 0, epoch: 0, index: index, into: &output) }
      return output
    }
  }

  /// The values of scikit-learn's StandardScaler().fit([[10, 7], [30, 7], [80, 7]]).
  @Test func standardized() {
    let inputs = Self.inputs(.standardized)
    let expected: [Float] = [-1.0190493, -0.33968312, 1.3587325, 7.3031874]
    for (input, wanted) in zip(inputs, expected) { #expect(abs(input[0] - wanted) < 1e-5) }
    // A pixel that is always the same is shifted only.
    #expect(inputs.map { $0[1] } == [0, 0, 0, 2])
    #expect(inputs.allSatisfy { $0[2...].allSatisfy { $0 == 0 } })
  }

  /// A part without pictures is an error of the data's.
  @Test(arguments: [InputKind.minMaxScaled, .standardized]) func needsTrainingPictures(kind: InputKind) {
    let data = SmallTask.data(count: 3)
    #expect(throws: TrainingError.nothingToTrain) { try kind.input(side: 48, data: data, training: []) }
  }

  @Test func scaledByTheirRange() {
    let inputs = Self.inputs(.range)
    let expected: [Float] = [0, 2 / 7, 1, 3.5]
    for (input, wanted) in zip(inputs, expected) { #expect(abs(input[0] - wanted) < 1e-6) }
    #expect(inputs.map { $0[1] } == [0, 0, 0, 2])
  }
}
