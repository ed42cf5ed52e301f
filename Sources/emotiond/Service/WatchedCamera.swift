import Faces
import Logging
import Pipeline
import Streaming

/// One camera or other source of a run, with the pipeline that watches it.
struct WatchedCamera: Sendable {
  /// Which of several; nil for the only one.
  let entry: CameraEntry?
  let choice: SourceChoice
  let pipeline: Pipeline

  /// What it is called, where there are several.
  var name: String? { entry?.name }

  /// How the pipeline ended, as the program's end.
  func failure(_ ending: Pipeline.Ending) -> CommandFailure? {
    guard case .failed(let error) = ending else { return nil }
    let failure = choice.camera == nil ? CommandFailure(error) : CommandFailure(camera: error)
    return name.map { CommandFailure(status: failure.status, message: "\($0): \(failure.message)") }
      ?? failure
  }

  /// What the HTTP server sees of it.
  var context: CameraContext {
    CameraContext(
      name: name, frames: pipeline.frames, labels: pipeline.labels, status: { [pipeline] in pipeline.status })
  }

  /// The cameras that a configuration names, ready to start; all share one network and its workers.
  static func all(of configuration: Configuration, logger: Logger) throws(CommandFailure) -> [WatchedCamera] {
    try check(configuration)
    let entries: [CameraEntry?] = configuration.cameras.isEmpty ? [nil] : configuration.cameras
    // Before the network is loaded: a mistake is then told at once.
    var choices: [(CameraEntry?, Configuration, SourceChoice)] = []
    for entry in entries {
      let own = configuration.configuration(for: entry)
      choices.append((entry, own, try SourceChoice(configuration: own, logger: logger)))
    }
    let shared = SharedClassifier(
      try AnalyzerFactory.classifier(
        for: configuration, isLive: !choices.allSatisfy { isLossless($0.1, $0.2) },
        analysesPerSecond: choices.reduce(0) { $0 + $1.1.analysisFramesPerSecond }))
    var cameras: [WatchedCamera] = []
    for (entry, own, choice) in choices {
      let analyzer = try AnalyzerFactory.analyzer(for: own, classifier: shared.makeClient())
      let pipeline = Pipeline(
        settings: settings(of: own, entry, choice), logger: logger, analyzer: analyzer, source: choice.opening
      )
      cameras.append(WatchedCamera(entry: entry, choice: choice, pipeline: pipeline))
    }
    return cameras
  }

  /// Whether every frame is analysed, however long it takes: then results do not depend on how fast the machine is.
  private static func isLossless(_ configuration: Configuration, _ choice: SourceChoice) -> Bool {
    !choice.isLive && configuration.speed == "max"
  }

  private static func settings(
    of configuration: Configuration, _ entry: CameraEntry?, _ choice: SourceChoice
  ) -> PipelineSettings {
    var settings = PipelineSettings()
    settings.adopt(configuration, mayRest: choice.mayRest)
    settings.name = entry?.name
    settings.device = choice.camera?.request.device
    settings.isLossless = isLossless(configuration, choice)
    settings.recovery = choice.camera != nil && !configuration.exitOnDeviceError ? .reopen : .end
    return settings
  }

  private static func check(_ configuration: Configuration) throws(CommandFailure) {
    var owners: [String: String] = [:]
    for camera in configuration.cameras {
      guard let input = camera.values["source.input"], !input.isEmpty else {
        throw CommandFailure(
          status: .configuration,
          message: "cameras.\(camera.name): nothing says what it watches; set its input, for example "
            + "input = \"/dev/video0\"")
      }
      if let other = owners.updateValue(camera.name, forKey: input), input != "demo" {
        throw CommandFailure(
          status: .configuration,
          message: "cameras.\(camera.name) and cameras.\(other) both watch \(input); a camera has one reader")
      }
    }
    if !configuration.cameras.isEmpty, !configuration.frames.isEmpty {
      throw CommandFailure(
        status: .configuration,
        message: "output.frames: pictures of several cameras cannot share one output; take them from "
          + "/cameras/<name>/stream.mjpg")
    }
  }
}
