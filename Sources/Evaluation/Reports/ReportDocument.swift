import DurableFiles
import Foundation

/// A measured result for machines: what was measured, on what, how, with every number.
///
/// JSON, keys sorted, indented, absent where there is nothing:
///
/// | key | content |
/// |---|---|
/// | `format` | always `emotion-trainer-report` |
/// | `version` | 1; raised where a key changes its meaning |
/// | `title` | of the report |
/// | `createdAt` | RFC 3339 |
/// | `facts` | object of text by name: data, split, seed, model, command, machine |
/// | `evaluations` | object by name of the part of the data, e.g. `test`: `metrics` (``ClassificationMetrics``), `calibration` and `calibrationAfterScaling` (``CalibrationCurve``), `temperature` (``TemperatureScaling``) |
/// | `history` | `epochs`, array of ``TrainingHistory/Epoch`` |
/// | `criterion` | what the best epoch is chosen by: `validationLoss` or `validationAccuracy` |
/// | `isUnchanged` | whether it is of an experiment that ran as the program has it; not in files of versions that did not note it |
/// | `caveats` | array of text |
public struct ReportDocument: Sendable, Equatable, Codable {
  /// What was measured on one part of the data.
  public struct Evaluation: Sendable, Equatable, Codable {
    /// Every score.
    public var metrics: ClassificationMetrics
    /// How well confidence matches accuracy.
    public var calibration: CalibrationCurve?
    /// The temperature that was fitted, on other samples than these.
    public var temperature: TemperatureScaling?
    /// How well confidence matches accuracy at that temperature.
    public var calibrationAfterScaling: CalibrationCurve?

    /// Scores, and calibration where there is any.
    public init(
      metrics: ClassificationMetrics, calibration: CalibrationCurve? = nil,
      temperature: TemperatureScaling? = nil, calibrationAfterScaling: CalibrationCurve? = nil
    ) {
      self.metrics = metrics
      self.calibration = calibration
      self.temperature = temperature
      self.calibrationAfterScaling = calibrationAfterScaling
    }
  }

  /// The value of ``format``.
  public static let formatName = "emotion-trainer-report"
  /// The version that is written, and the newest that is read.
  public static let currentVersion = 1

  /// Far more than a document of a thousand classes and epochs has.
  public static let maximumFileBytes = 64 << 20

  /// Always ``formatName``.
  public let format: String
  /// See ``currentVersion``.
  public let version: Int
  /// Of the report.
  public var title: String
  /// RFC 3339.
  public var createdAt: String
  /// Text by name: data, split, seed, model, command, machine.
  public var facts: [String: String]
  /// By name of the part of the data.
  public var evaluations: [String: Evaluation]
  /// The training run that led to the model.
  public var history: TrainingHistory?
  /// What the best epoch of the run is chosen by; accuracy where it is not said.
  public var criterion: TrainingHistory.Criterion?
  /// Whether it is of an experiment that ran as the program has it; nil where nobody noted it.
  public var isUnchanged: Bool?
  /// What limits the numbers.
  public var caveats: [String]

  /// A result of the current version.
  public init(
    title: String, createdAt: String, facts: [String: String] = [:],
    evaluations: [String: Evaluation] = [:], history: TrainingHistory? = nil,
    criterion: TrainingHistory.Criterion? = nil, isUnchanged: Bool? = nil, caveats: [String] = []
  ) {
    format = Self.formatName
    version = Self.currentVersion
    self.title = title
    self.createdAt = createdAt
    self.facts = facts
    self.evaluations = evaluations
    self.history = history
    self.criterion = criterion
    self.isUnchanged = isUnchanged
    self.caveats = caveats
  }

  /// The document as JSON text; the same document gives the same text.
  ///
  /// - Throws: ``ReportDocumentError/unencodable(reason:)`` where a number is not finite.
  public func json() throws(ReportDocumentError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    } catch {
      throw .unencodable(reason: "\(error)")
    }
  }

  /// Reads JSON text.
  ///
  /// - Throws: ``ReportDocumentError`` where it is no such document or of a newer version.
  public init(json: String) throws(ReportDocumentError) {
    struct Head: Decodable {
      let format: String
      let version: Int
    }
    let data = Data(json.utf8)
    do {
      let head = try JSONDecoder().decode(Head.self, from: data)
      guard head.format == Self.formatName else {
        throw ReportDocumentError.wrongFormat(PlainText.oneLine(head.format, maximumCount: 40))
      }
      guard (1...Self.currentVersion).contains(head.version) else {
        throw ReportDocumentError.unknownVersion(head.version)
      }
      self = try JSONDecoder().decode(Self.self, from: data)
    } catch let error as ReportDocumentError {
      throw error
    } catch let error as DecodingError {
      throw .malformed(place: error.place, reason: error.reason)
    } catch {
      throw .malformed(place: "", reason: "\(error)")
    }
  }

  /// Reads a file of ``json()``.
  ///
  /// - Throws: ``ReportDocumentError`` where it cannot be read, is no such document or of a newer version.
  public init(jsonFile path: String) throws(ReportDocumentError) {
    let text: String
    do {
      text = try TextFile.read(path, maximumBytes: Self.maximumFileBytes)
    } catch {
      switch error {
      case .unreadable(let reason): throw .unreadable(path: path, reason: reason)
      case .tooLarge: throw .malformed(place: "", reason: "more than \(Self.maximumFileBytes) bytes")
      case .notText: throw .malformed(place: "", reason: "not UTF-8 text")
      }
    }
    try self.init(json: text)
  }

  /// Writes ``json()`` to a file that appears whole or not at all.
  ///
  /// - Throws: ``ReportDocumentError``.
  public func write(json path: String) throws(ReportDocumentError) {
    let text = try json()
    do { try AtomicFile.write(text, to: path) } catch { throw .file(error) }
  }
}

extension DecodingError {
  private var context: Context? {
    switch self {
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
      .dataCorrupted(let context):
      context
    @unknown default: nil
    }
  }

  /// The keys from the outermost to the wrong one, with dots between.
  fileprivate var place: String {
    var keys = context?.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue } ?? []
    if case .keyNotFound(let key, _) = self { keys.append(key.stringValue) }
    return PlainText.oneLine(keys.joined(separator: "."), maximumCount: 120)
  }

  fileprivate var reason: String {
    if case .keyNotFound = self { return "the key is missing" }
    return PlainText.oneLine(context?.debugDescription ?? "\(self)", maximumCount: 200)
  }
}
