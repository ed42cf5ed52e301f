import Foundation
import Tensors

/// Measures VGG19 on this machine, beside what the machine could do at best.
public struct NetworkBenchmark {
  /// One batch size's figures.
  public struct Batch: Codable, Sendable {
    /// Faces of a batch.
    public var faces: Int
    /// Median over the rounds, per face.
    public var millisecondsPerFace: Double
    /// What the definition's multiplications and additions would need, in GFLOP/s.
    public var directEquivalentGigaflops: Double
    /// The least time per face that the measured product rate and memory bandwidth allow.
    public var floorMillisecondsPerFace: Double
    /// Measured over floor.
    public var ratioToFloor: Double
  }

  /// One layer's figures within a batch.
  public struct Layer: Codable, Sendable {
    /// The layer.
    public var name: String
    /// Faces of the batch.
    public var faces: Int
    /// Median over the rounds, per face.
    public var millisecondsPerFace: Double
  }

  /// All figures.
  public struct Report: Codable, Sendable {
    /// Threads that compute.
    public var workers: Int
    /// Rate of the matrix product on all workers at once, in GFLOP/s.
    public var productGigaflops: Double
    /// Bandwidth of reading memory on all workers at once, in GB/s.
    public var memoryGigabytesPerSecond: Double
    /// By batch size.
    public var batches: [Batch]
    /// By layer and batch size, where they were measured.
    public var layers: [Layer]
  }

  private let network: VGG19
  private let batchSizes: [Int]
  private let pool: WorkerPool
  private let input: [Float]

  /// - Parameters:
  ///   - weights: The network's weights.
  ///   - batchSizes: Batches that are measured, at least one.
  ///   - pool: Who computes.
  /// - Throws: ``WeightFileError``.
  public init(weights: Safetensors, batchSizes: [Int], pool: WorkerPool) throws(WeightFileError) {
    precondition(!batchSizes.isEmpty && batchSizes.allSatisfy { $0 > 0 })
    self.batchSizes = batchSizes
    self.pool = pool
    let largest = batchSizes.max() ?? 1
    network = try VGG19(file: weights, classCount: 7, maximumBatch: largest, pool: pool)
    input = Self.pictures(largest)
  }

  /// Pictures by a formula, those of the golden tests: [count, 48, 48] grey values, 0...1.
  public static func pictures(_ count: Int) -> [Float] {
    let side = VGG19.inputSide
    return (0..<count * side * side).map { index in
      let (picture, x, y) = (index / (side * side), index % side, index / side % side)
      return Float((7 * x + 13 * y + 31 * picture + 5 * ((x * y) % 17)) % 256) / 255
    }
  }

  /// Computes one batch: how long it took and [faces, 7] logits; nil for batches above the largest that was asked
  /// for. The pictures are those of the golden tests.
  public func answer(faces: Int) -> (seconds: Double, logits: [Float])? {
    guard (1...network.maximumBatch).contains(faces) else { return nil }
    var logits: [Float] = []
    let seconds = Self.seconds { logits = network.logits(for: input, count: faces) }
    return (seconds, logits)
  }

  /// Measures; all batch sizes take turns in each round, so that a disturbance meets them alike.
  public func run(rounds: Int, measuresLayers: Bool) -> Report {
    let machine = MachineLimits(pool: pool)
    var times = [[Double]](repeating: [], count: batchSizes.count)
    var layerTimes: [String: [[Double]]] = [:]
    var layerOrder: [String] = []
    for round in 0...rounds {
      for (index, batch) in batchSizes.enumerated() {
        let seconds = Self.seconds { _ = network.logits(for: input, count: batch) }
        // The first round fills caches and is not counted.
        if round > 0 { times[index].append(seconds / Double(batch)) }
        guard measuresLayers, round > 0 else { continue }
        var last = ContinuousClock.now
        _ = network.logits(for: input, count: batch) { name, _, _, _ in
          let now = ContinuousClock.now
          if layerTimes[name] == nil {
            layerTimes[name] = [[Double]](repeating: [], count: batchSizes.count)
            layerOrder.append(name)
          }
          layerTimes[name]?[index].append((now - last).seconds / Double(batch))
          last = now
        }
      }
    }
    let batches = zip(batchSizes, times).map { figures($0, secondsPerFace: $1.median, machine: machine) }
    let layers = batchSizes.indices.flatMap { index in
      layerOrder.map { name in
        Layer(
          name: name, faces: batchSizes[index],
          millisecondsPerFace: (layerTimes[name]?[index].median ?? 0) * 1000)
      }
    }
    return Report(
      workers: pool.workerCount, productGigaflops: machine.productFlops / 1e9,
      memoryGigabytesPerSecond: machine.bytesPerSecond / 1e9, batches: batches, layers: layers)
  }

  private func figures(_ faces: Int, secondsPerFace: Double, machine: MachineLimits) -> Batch {
    let arithmetic = 2 * VGG19.winogradMultiplications / machine.productFlops
    let memory =
      Double(VGG19.weightCount * MemoryLayout<Float16>.size) / machine.bytesPerSecond / Double(faces)
    let floor = max(arithmetic, memory)
    return Batch(
      faces: faces, millisecondsPerFace: secondsPerFace * 1000,
      directEquivalentGigaflops: 2 * VGG19.directMultiplications / secondsPerFace / 1e9,
      floorMillisecondsPerFace: floor * 1000, ratioToFloor: secondsPerFace / floor)
  }

  private static func seconds(_ body: () -> Void) -> Double {
    let start = ContinuousClock.now
    body()
    return (ContinuousClock.now - start).seconds
  }
}

extension NetworkBenchmark.Report {
  /// A table for people.
  public var text: String {
    var lines = [
      String(
        format: "%d workers; matrix product %.0f GFLOP/s, memory %.1f GB/s (measured now)", workers,
        productGigaflops, memoryGigabytesPerSecond),
      "faces   ms/face   direct-equivalent GFLOP/s   floor ms/face   ratio",
    ]
    for batch in batches {
      lines.append(
        String(
          format: "%5d %9.2f %27.0f %15.2f %7.2f", batch.faces, batch.millisecondsPerFace,
          batch.directEquivalentGigaflops, batch.floorMillisecondsPerFace, batch.ratioToFloor))
    }
    var names: [String] = []
    for layer in layers where !names.contains(layer.name) { names.append(layer.name) }
    guard !names.isEmpty else { return lines.joined(separator: "\n") }
    lines.append("\nms/face by layer" + batches.map { String(format: "%9d", $0.faces) }.joined())
    for name in names {
      let padded = name.padding(toLength: 16, withPad: " ", startingAt: 0)
      let row = layers.filter { $0.name == name }.map { String(format: "%9.3f", $0.millisecondsPerFace) }
      lines.append(padded + row.joined())
    }
    return lines.joined(separator: "\n")
  }
}

extension [Double] {
  fileprivate var median: Double {
    let sorted = sorted()
    return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
  }
}

extension Duration {
  fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
