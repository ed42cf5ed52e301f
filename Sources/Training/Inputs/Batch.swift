import Datasets
import Dispatch
import NeuralNetwork
import Tensors

/// Pictures and targets of one step.
///
/// Unchecked because its storage is written by the threads that assemble it, each at places of its own, and read by the
/// one that computes; the ``BatchLoader`` hands it from the ones to the other.
final class Batch: @unchecked Sendable {
  /// [images, input].
  let inputs: FloatStorage
  /// [images, classes].
  let targets: FloatStorage
  /// How many pictures it holds now.
  private(set) var images = 0
  /// The class of each picture; with mixup, of the picture that weighs more.
  private(set) var labels: [Int] = []

  private let classCount: Int

  init(maximumImages: Int, inputCount: Int, classCount: Int) {
    inputs = FloatStorage(zeros: maximumImages * inputCount)
    targets = FloatStorage(zeros: maximumImages * classCount)
    self.classCount = classCount
  }

  /// Fills it with the pictures at these places of the data set.
  ///
  /// Each picture is drawn from a random state of its own, so that the batch is the same whatever `threads` is.
  ///
  /// - Parameter threads: How many of Dispatch's threads draw pictures at the same time, at most.
  func fill(
    _ places: ArraySlice<Int>, from data: TrainingData, order: BatchOrder, batch number: Int, threads: Int
  ) {
    images = places.count
    labels = places.map { data.labels[$0] }
    let parts = max(1, min(threads, images / Self.leastPicturesOfThread))
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      drawPictures(part * images / parts..<(part + 1) * images / parts, of: places, from: data, order: order)
    }
    let count = order.input.count
    guard let mixup = order.mixup, images > 1 else { return }
    var random = SeededGenerator(seed: order.seed ^ 0x6D69_7875, epoch: order.epoch, index: number)
    let draw = mixup.draw(count: images, using: &random)
    mix(inputs, count: count, draw)
    mix(targets, count: classCount, draw)
    if draw.lambda < 0.5 { labels = draw.partners.map { labels[$0] } }
  }

  /// Fewer are drawn sooner than another thread is awake.
  private static let leastPicturesOfThread = 4

  private func drawPictures(
    _ positions: Range<Int>, of places: ArraySlice<Int>, from data: TrainingData, order: BatchOrder
  ) {
    let count = order.input.count
    for position in positions {
      let place = places[places.startIndex + position]
      data.pictures.withPicture(at: place) { picture in
        order.input.write(
          picture, seed: order.seed, epoch: order.epoch, index: place, into: inputs.base + position * count)
      }
      let target = SoftmaxCrossEntropy.target(
        label: data.labels[place], classCount: classCount, smoothing: order.labelSmoothing)
      let row = targets.base + position * classCount
      for (index, value) in target.enumerated() { row[index] = value }
      order.teacher?.mix(into: row, place: place, share: order.teacherShare)
    }
  }

  private func mix(_ storage: FloatStorage, count: Int, _ draw: Mixup.Draw) {
    let plain = Array(storage.buffer[..<(images * count)])
    for position in 0..<images {
      let partner = draw.partners[position] * count
      for index in 0..<count {
        storage.base[position * count + index] =
          draw.lambda * plain[position * count + index] + (1 - draw.lambda) * plain[partner + index]
      }
    }
  }
}

/// Pictures with the classes that a network is to tell apart.
public struct TrainingData: Sendable {
  /// All pictures of the data set.
  public let pictures: FacePictures
  /// A class for each picture.
  public let labels: [Int]
  /// The classes' names.
  public let classNames: [String]

  /// - Precondition: There is a label below the number of names for each picture.
  public init(pictures: FacePictures, labels: [Int], classNames: [String]) {
    precondition(labels.count == pictures.count && labels.allSatisfy(classNames.indices.contains))
    self.pictures = pictures
    self.labels = labels
    self.classNames = classNames
  }
}

/// What the batches of an epoch are made of.
struct BatchOrder: Sendable {
  /// Places in the data set, in their order.
  var places: [Int]
  var batchSize: Int
  var input: any PictureInput
  var labelSmoothing: Float
  var mixup: Mixup?
  var seed: UInt64
  var epoch: Int
  /// Who gives part of the targets, and how much of them.
  var teacher: TeacherTargets?
  var teacherShare: Float = 0

  var batchCount: Int { (places.count + batchSize - 1) / batchSize }

  func places(ofBatch number: Int) -> ArraySlice<Int> {
    places[number * batchSize..<min((number + 1) * batchSize, places.count)]
  }
}
