import COpenCV
import Faces
import NeuralNetwork
import Tensors

/// Makes the detector, the network and the tracker that a configuration asks for.
enum AnalyzerFactory {
  /// - Parameter minimumSearchWidth: Photographs are searched at this width at least: nobody waits for the next
  ///   frame.
  static func analyzer(
    for configuration: Configuration, minimumSearchWidth: Int = 0
  ) throws(CommandFailure) -> FaceAnalyzer {
    try analyzer(
      for: configuration,
      classifier: classifier(
        for: configuration, isLive: minimumSearchWidth == 0,
        analysesPerSecond: configuration.analysisFramesPerSecond),
      minimumSearchWidth: minimumSearchWidth)
  }

  /// The network that a configuration asks for.
  ///
  /// - Parameters:
  ///   - isLive: Whether frames that come meanwhile are lost.
  ///   - analysesPerSecond: Of all cameras that share it.
  static func classifier(
    for configuration: Configuration, isLive: Bool, analysesPerSecond: Double
  ) throws(CommandFailure) -> sending VGG19EmotionClassifier {
    let path =
      configuration.model.isEmpty ? ResourceFiles.path(of: ResourceFiles.modelName) : configuration.model
    let pool = WorkerPool(workerCount: configuration.workers == 0 ? nil : configuration.workers)
    do {
      return try VGG19EmotionClassifier(
        weightsPath: path, flipAveraging: flipAveraging(configuration, isLive, analysesPerSecond), pool: pool)
    } catch { throw CommandFailure(model: path, error) }
  }

  /// The detector and the tracker that a configuration asks for, with a network.
  static func analyzer(
    for configuration: Configuration, classifier: sending any EmotionClassifier, minimumSearchWidth: Int = 0
  ) throws(CommandFailure) -> sending FaceAnalyzer {
    let cascadePath =
      configuration.cascade.isEmpty
      ? ResourceFiles.path(of: ResourceFiles.cascadeName) : configuration.cascade
    // The detector runs beside the threads of capture and display: one thread leaves them room.
    copencv_set_thread_count(1)
    let detector: HaarCascadeDetector
    do {
      detector = try HaarCascadeDetector(
        cascadePath: cascadePath, settings: detectorSettings(configuration, minimumSearchWidth))
    } catch { throw CommandFailure(error) }
    return FaceAnalyzer(
      detector: detector, classifier: classifier, trackerSettings: trackerSettings(configuration))
  }

  /// The part of the time between two analyses that the network may take with mirror images.
  private static let flipShare = 1.0 / 3

  private static func flipAveraging(
    _ configuration: Configuration, _ isLive: Bool, _ analysesPerSecond: Double
  ) -> FlipAveraging {
    switch configuration.flip {
    case "on": .on
    case "off": .off
    default:
      // Nobody waits for the frame after a photograph.
      isLive ? .automatic(secondsAtMost: flipShare / analysesPerSecond) : .on
    }
  }

  private static func detectorSettings(
    _ configuration: Configuration, _ minimumSearchWidth: Int
  ) -> HaarCascadeDetector.Settings {
    var settings = HaarCascadeDetector.Settings()
    settings.searchWidth = max(configuration.searchWidth, minimumSearchWidth)
    settings.scaleFactor = configuration.scaleFactor
    settings.minimumNeighbors = configuration.minimumNeighbors
    settings.minimumSizePixels = configuration.minimumSize
    return settings
  }

  private static func trackerSettings(_ configuration: Configuration) -> FaceTracker.Settings {
    var settings = FaceTracker.Settings()
    settings.confirmingHits = configuration.confirmingHits
    settings.confirmingFrames = max(configuration.confirmingFrames, configuration.confirmingHits)
    settings.missingSeconds = configuration.missingSeconds
    settings.smoothingSeconds = configuration.smoothingSeconds
    settings.uncertainBelow = Float(configuration.uncertainBelow)
    return settings
  }
}
