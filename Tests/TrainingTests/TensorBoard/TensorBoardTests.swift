import Foundation
import Testing

@testable import Training

/// Written by the tensorboard package: `scripts/golden-tensorboard`.
private let goldenEvents = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().appendingPathComponent("Golden/tensorboard-events.bin")

/// A grey PNG of one pixel, as in the script.
private let png: [UInt8] =
  [
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0,
    0, 1,
  ]
  + [
    8, 0, 0, 0, 0, 0x3A, 0x7E, 0x9B, 0x55, 0, 0, 0, 0x0A, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0x60, 0,
    0,
  ]
  + [0, 2, 0, 1, 0xE5, 0x27, 0x7D, 0xDE, 0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]

/// A clock that goes on by a second at every look.
private final class SteppingClock: @unchecked Sendable {
  // Unchecked: each test looks at its clock from one thread.
  private var time: Double
  init(_ start: Double) { time = start }
  func read() -> Double {
    defer { time += 1 }
    return time
  }
}

private func contents(_ path: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
}

private func records(_ bytes: [UInt8]) -> [[UInt8]] { EventFile.records(bytes) }

@Suite struct TensorBoardWriterTests {
  @Test func writesTheBytesThatTensorBoardsOwnWriterWrites() throws {
    try withTemporaryFolder { folder in
      let clock = SteppingClock(1_699_999_999.25)
      let writer = try TensorBoardWriter(
        folder: "\(folder)/run/train", continuingAt: 3, hostName: "ho/st", clock: clock.read)
      #expect(writer.path == "\(folder)/run/train/events.out.tfevents.1699999999.ho_st.v2")
      try writer.log("epoch_loss", 1.25, step: 3)
      try writer.log("epoch_accuracy", 0, step: 300)
      try writer.logHistogram("kernel", of: (0..<500).map { Float(37 * $0 % 101 - 50) / 16 }, step: 3)
      try writer.logHistogram("zeros", of: [0, 0, 0], step: 3)
      try writer.logHistogram("extremes", of: [-3e38, -1e-30, 1e-30, 1e-12, 1, 3e38], step: 3)
      try writer.logImage("confusion", png: png, width: 1, height: 1, channels: 1, step: 4)
      try writer.close()
      let (ours, theirs) = (records(try contents(writer.path)), records(try contents(goldenEvents.path)))
      #expect(ours.count == theirs.count)
      for (our, their) in zip(ours, theirs) { #expect(our == their) }
    }
  }

  @Test func eventsAreInTheFileAtOnce() throws {
    try withTemporaryFolder { folder in
      let writer = try TensorBoardWriter(folder: folder, hostName: "h", clock: { 5 })
      #expect(writer.path == "\(folder)/events.out.tfevents.0000000005.h.v2")
      #expect(records(try contents(writer.path)).count == 2)
      for step in 1...3 {
        try writer.log("loss", .nan, step: step)
        #expect(records(try contents(writer.path)).count == 2 + step)
      }
    }
  }

  @Test func neverWritesOverAnotherRunsFile() throws {
    try withTemporaryFolder { folder in
      let first = try TensorBoardWriter(folder: folder, hostName: "h", clock: { 5 })
      let before = try contents(first.path)
      let second = try TensorBoardWriter(folder: folder, continuingAt: 2, hostName: "h", clock: { 5 })
      #expect(second.path == first.path + ".1")
      #expect(try contents(first.path) == before)
      #expect(records(try contents(second.path)).count == 2)
    }
  }

  @Test func saysWhyItCannotWrite() throws {
    try withTemporaryFolder { folder in
      let file = "\(folder)/file"
      #expect(FileManager.default.createFile(atPath: file, contents: nil))
      let error = #expect(throws: TensorBoardError.self) {
        try TensorBoardWriter(folder: file, hostName: "h")
      }
      guard case .notWritable(let path, _, _)? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(path.hasPrefix(file))

      let writer = try TensorBoardWriter(folder: folder, hostName: "h", clock: { 5 })
      try writer.close()
      try writer.close()
      #expect(throws: TensorBoardError.closed(path: writer.path)) { try writer.log("loss", 1, step: 1) }
    }
  }
}

@Suite struct CRC32CTests {
  /// RFC 3720, appendix B.4, and the check value of the catalogue of such algorithms (CRC-32/ISCSI).
  @Test(
    arguments: [
      ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
      ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
      (Array(0..<32), 0x46DD_794E),
      (Array((0..<32).reversed()), 0x113F_DB5C),
      (Array("123456789".utf8), 0xE306_9283),
      ([], 0),
    ] as [([UInt8], UInt32)])
  func equalsTheKnownVectors(bytes: [UInt8], check: UInt32) { #expect(CRC32C.checksum(bytes) == check) }
}

@Suite struct TensorBoardHistogramTests {
  @Test func bucketsReachFromLimitToLimit() {
    let limits = TensorBoardHistogram.limits
    // 10⁻¹² · 1.1ⁿ stays below 10²⁰ for 774 values of n; the largest double; both signs; zero.
    #expect(limits.count == 2 * (774 + 1) + 1)
    #expect(zip(limits, limits.dropFirst()).allSatisfy { $0 < $1 })
    // A value at a limit belongs to the bucket above it.
    let histogram = TensorBoardHistogram([0, 0x1p-149, -0x1p-149, 1e-12])
    let zero = limits.firstIndex(of: 0)!
    #expect(histogram.counts[zero] == 1)
    // 1e-12 in single precision is a little less than in double.
    #expect(histogram.counts[zero + 1] == 3)
    #expect(histogram.counts.reduce(0, +) == 4)
  }

  @Test func countsEveryFiniteValueOnce() {
    let values: [Float] = (0..<3000).map { Float($0 - 1500) * Float($0 % 13) * 1e-3 }
    let histogram = TensorBoardHistogram([.nan, .infinity] + values + [-.infinity])
    #expect(histogram.count == values.count)
    #expect(histogram.range == Double(values.min()!)...Double(values.max()!))
    #expect(abs(histogram.sum - values.reduce(0) { $0 + Double($1) }) < 1e-9)
    let compacted = histogram.compacted
    #expect(compacted.counts.reduce(0, +) == Double(values.count))
    #expect(compacted.limits.last == .greatestFiniteMagnitude)
    for (limit, count) in zip(compacted.limits, compacted.counts) {
      let below = values.count { Double($0) < limit }
      let before = zip(compacted.limits, compacted.counts).prefix { $0.0 <= limit }.reduce(0) { $0 + $1.1 }
      #expect(before == Double(below), "\(limit) \(count)")
    }
  }

  @Test func nothingToCount() {
    let histogram = TensorBoardHistogram([.nan])
    #expect(histogram.range == 0...0)
    #expect(histogram.compacted.limits == [.greatestFiniteMagnitude])
    #expect(histogram.compacted.counts == [0])
  }
}
