import DurableFiles
import Evaluation
import Foundation

/// The folder that an experiment's run lives in: checkpoint, weights, history, results, and which experiment it is.
public struct RunFolder: Sendable {
  /// What a folder has of an experiment.
  public enum State: Sendable, Equatable {
    /// Nothing, or nothing finished.
    case open
    /// The results of this very experiment.
    case finished
  }

  /// What runs in a folder: the experiment, and which pictures.
  struct Description: Codable, Equatable {
    var experiment: Experiment
    var data: String
    /// What the parameters begin with; nil in folders of versions that did not note it.
    var start: String?
    /// Whether the results leave the test part out; nil for not.
    var leavesOutTest: Bool?
    /// Whether nobody knows which pictures trained what the parameters begin with; nil for not, and in folders of
    /// versions that did not note it.
    var hasUnknownStart: Bool?

    /// The same run as far as both say so.
    func isSame(as other: Description) -> Bool {
      experiment == other.experiment && data == other.data
        && (start == nil || other.start == nil || start == other.start)
    }

    /// Whether results of this run have all that the other one asks for.
    func covers(_ other: Description) -> Bool {
      isSame(as: other) && (leavesOutTest != true || other.leavesOutTest == true)
    }
  }

  /// Which experiment runs here.
  public static let experimentName = "experiment.json"
  /// Every figure, for machines; the last file of a run.
  public static let metricsName = "metrics.json"
  /// The page for people.
  public static let reportName = "report.html"
  /// One line of the summary table.
  public static let summaryName = "summary.csv"
  /// Where figures are.
  public static let figuresName = "figures"
  /// A network's final weights.
  public static let networkName = "model.safetensors"
  /// A support vector machine.
  public static let supportVectorsName = "model.svm"
  /// TensorBoard's logs.
  public static let logsName = "tensorboard"

  /// The folder.
  public let path: String

  /// Makes the folder, and those above it, where they are missing.
  public init(creating path: String) throws(RunFolderError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .notCreatable(path: path, reason: Self.reason(error))
    }
    self.path = path
  }

  /// A file's path in the folder.
  public func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Removes what an earlier run left; files that no run writes stay.
  public func clear() throws(RunFolderError) {
    let names = [
      Self.metricsName, ExperimentRun.checkpointName, ExperimentRun.bestName, ExperimentRun.historyName,
      Self.reportName, Self.summaryName, Self.figuresName, Self.networkName, Self.supportVectorsName,
      Self.logsName, Self.experimentName, ExperimentRun.teacherName,
    ]
    for name in names { try remove(name) }
    try removeLeftovers()
  }

  /// Removes what a process that was killed while it wrote a file of ours left of it, in the folder of figures as well.
  /// What another process is writing looks the same: only for whoever keeps the folder by ``lock()``.
  public func removeLeftovers() throws(RunFolderError) {
    for folder in ["", "\(Self.figuresName)/"] {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: file(folder))) ?? []
      for name in names where AtomicFile.isLeftover(name) { try remove(folder + name) }
    }
  }

  /// What the folder has of an experiment; changes nothing.
  ///
  /// - Parameters:
  ///   - experiment: Which one.
  ///   - data: The pictures' ``DataFingerprint``.
  ///   - start: What the parameters begin with, ``StartingPoint/fingerprint``; nil where there are none.
  ///   - leavesOutTest: Whether results without the test part are enough.
  /// - Returns: Whether its results are there already.
  /// - Throws: ``RunFolderError`` where another experiment has begun here.
  public func state(
    of experiment: Experiment, data: String, start: String? = nil, leavesOutTest: Bool = false
  ) throws(RunFolderError) -> State {
    try examine(experiment, data: data, start: start, leavesOutTest: leavesOutTest).state
  }

  private func examine(
    _ experiment: Experiment, data: String, start: String?, leavesOutTest: Bool
  ) throws(RunFolderError) -> (state: State, description: Description) {
    let path = file(Self.experimentName)
    var description = Description(
      experiment: experiment, data: data, start: start, leavesOutTest: leavesOutTest ? true : nil)
    guard FileManager.default.fileExists(atPath: path) else { return (.open, description) }
    let saved = try Self.readDescription(path)
    guard experiment.continues(saved.experiment) else {
      let sameName = saved.experiment.name == experiment.name
      throw .otherExperiment(path: self.path, name: saved.experiment.name, sameName: sameName)
    }
    guard saved.data == data else { throw .otherData(path: self.path) }
    if let begun = saved.start, let start, begun != start {
      throw .otherStart(path: self.path, begun: begun, now: start)
    }
    // What an older version did not note is not known now either.
    if saved.start == nil { description.start = nil }
    let hasResults = FileManager.default.fileExists(atPath: file(Self.metricsName))
    return (saved.covers(description) && hasResults ? .finished : .open, description)
  }

  /// Says that an experiment runs here from now on, and removes results that are no longer the run's. What it is told is
  /// what ``state(of:data:start:leavesOutTest:)`` is told, and one thing more.
  ///
  /// - Parameter hasUnknownStart: Whether nobody knows which pictures trained what the parameters begin with.
  /// - Returns: Whether its results are there already; then nothing is changed.
  /// - Throws: ``RunFolderError`` where another experiment has begun here, or the folder cannot be written to.
  public func begin(
    _ experiment: Experiment, data: String, start: String? = nil, leavesOutTest: Bool = false,
    hasUnknownStart: Bool = false
  ) throws(RunFolderError) -> State {
    let path = file(Self.experimentName)
    let (state, examined) = try examine(experiment, data: data, start: start, leavesOutTest: leavesOutTest)
    if state == .finished { return state }
    var description = examined
    description.hasUnknownStart = hasUnknownStart ? true : nil
    try removeResults()
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    do {
      try AtomicFile.write(String(decoding: try encoder.encode(description), as: UTF8.self) + "\n", to: path)
    } catch let error as FileWriteError {
      throw .file(error)
    } catch {
      throw .badDescription(path: path, reason: "\(error)")
    }
    return .open
  }

  /// Removes results, and what was left half-written.
  func removeResults() throws(RunFolderError) {
    // The metrics first: they say that the rest is there.
    for name in [Self.metricsName, Self.summaryName, Self.reportName, Self.figuresName] { try remove(name) }
    try removeLeftovers()
  }

  /// Checks that the folder is no run's, whose results other ones of the same names would replace.
  ///
  /// - Throws: ``RunFolderError/holdsRun(path:)``.
  public func checkThatNoRunIsHere() throws(RunFolderError) {
    if FileManager.default.fileExists(atPath: file(Self.experimentName)) { throw .holdsRun(path: path) }
  }

  /// The experiment that runs in a folder; nil where none says so.
  public static func experiment(in folder: String) throws(RunFolderError) -> Experiment? {
    try description(in: folder)?.experiment
  }

  /// What runs in a folder; nil where nothing says so.
  static func description(in folder: String) throws(RunFolderError) -> Description? {
    let path = "\(folder)/\(experimentName)"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    return try readDescription(path)
  }

  private static func readDescription(_ path: String) throws(RunFolderError) -> Description {
    let description: Description
    do {
      description = try JSONDecoder().decode(Description.self, from: Data(contentsOf: URL(filePath: path)))
    } catch {
      throw .badDescription(path: path, reason: Self.reason(error))
    }
    if case .network(let experiment) = description.experiment, let fault = experiment.network.fault {
      throw .badDescription(path: path, reason: fault)
    }
    return description
  }

  private func remove(_ name: String) throws(RunFolderError) {
    let path = file(name)
    guard FileManager.default.fileExists(atPath: path) else { return }
    do { try FileManager.default.removeItem(atPath: path) } catch {
      throw .notRemovable(path: path, reason: Self.reason(error))
    }
  }

  /// The system's own words where there are any.
  private static func reason(_ error: any Error) -> String {
    if error is DecodingError { return "it is not the description of an experiment of this version" }
    let error = error as NSError
    if let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError, cause.domain == NSPOSIXErrorDomain {
      return String(cString: strerror(Int32(cause.code)))
    }
    return error.localizedDescription
  }
}
