import Foundation
import Testing

/// Runs a fuzzer's rounds: some with fixed seeds in every test run, and for as long as is asked by scripts/fuzz.
///
/// A round is made from its seed alone, so a finding is repeated by its seed.
enum FuzzCampaign {
  private static let environment = ProcessInfo.processInfo.environment
  /// For how long to run, in seconds; nil for the short run of every test.
  private static let seconds = environment["EMOTIOND_FUZZ_SECONDS"].flatMap { Double($0) }
  private static let firstSeed = environment["EMOTIOND_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1
  /// Where the seed of the round that runs is written, for when the round ends the program.
  private static let seedFile = environment["EMOTIOND_FUZZ_SEED_FILE"]

  /// Calls `round` with seeds one after the other.
  ///
  /// - Parameters:
  ///   - rounds: How many in the short run.
  ///   - findings: Seeds that once found something; they come first in the short run.
  static func run(rounds: Int, findings: [UInt64] = [], _ round: (UInt64) throws -> Void) rethrows {
    if seconds == nil { for seed in findings { try round(seed) } }
    let descriptor = seedFile.map { open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600) } ?? -1
    defer { if descriptor >= 0 { close(descriptor) } }
    let end = seconds.map { Date(timeIntervalSinceNow: $0) }
    var seed = firstSeed
    var count = 0
    while end.map({ $0 > Date() }) ?? (count < rounds) {
      if descriptor >= 0 {
        let text = Array("\(seed)\n".utf8)
        _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
      }
      try round(seed)
      seed &+= 1
      count += 1
    }
    if seconds != nil { print("fuzz: \(count) rounds from seed \(firstSeed), no finding") }
  }
}
