import Glibc

/// What program answers: shown by `/state` and `/metrics`.
public struct ProgramDescription: Sendable {
  /// The program's version.
  public var version: String
  /// The network's name: that of its weight file, as a rule; empty where it is not known.
  public var model: String
  /// What the weight file says of the network: training data, accuracy, licence.
  public var modelDetails: [String: String]
  /// When the program started, in nanoseconds since 1970 (UTC).
  public let startNanosecondsSince1970: UInt64

  /// A program that starts now.
  ///
  /// - Parameters:
  ///   - version: As ``version``.
  ///   - model: As ``model``.
  ///   - modelDetails: As ``modelDetails``.
  public init(version: String = "unknown", model: String = "", modelDetails: [String: String] = [:]) {
    self.version = version
    self.model = model
    self.modelDetails = modelDetails
    startNanosecondsSince1970 = Self.now
  }

  /// Seconds since the start, by the time of day.
  var uptimeSeconds: Double {
    let now = Self.now
    return Double(now - min(now, startNanosecondsSince1970)) / 1e9
  }

  private static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
