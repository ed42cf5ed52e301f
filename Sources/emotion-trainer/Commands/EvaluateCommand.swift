import ArgumentParser
import Datasets
import Evaluation
import Foundation
import Tensors
import Training

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measures a network: accuracy with intervals, scores by class, calibration.",
    discussion: """
      Of several views of a picture (its mirror image; four corners and the middle, each also mirrored) the \
      softmax probabilities are averaged, each at the temperature of the file, as the daemon does. A temperature \
      is fitted on the validation part for each kind of view; where its calibration error is the smaller one, give it to \
      `export --temperature`. To choose between networks without looking at the test part, give --parts validation. \
      A network of a run whose pixels are scaled by what its training pictures have is measured on the run's data only. \
      Prints the figures; with --output also writes metrics.json, report.html, summary.csv and figures.
      """)

  /// What is shown of each picture.
  enum Views: String, ExpressibleByArgument, CaseIterable {
    case plain, flip, tenCrop = "ten-crop"

    var kind: TestTimeViews.Kind {
      switch self {
      case .plain: .plain
      case .flip: .flip
      case .tenCrop: .tenCrop(side: EvaluateCommand.cropSide)
      }
    }
  }

  /// The ten crops' side in pixels.
  static let cropSide = 44

  @Option(
    help:
      "The daemon's weight file, model.safetensors or best.safetensors of a run, or Keras's HDF5 (.h5, .hdf5)."
  )
  var model: String

  @OptionGroup var dataOptions: DataOptions

  @Option(
    help: ArgumentHelp(
      "Which pictures: \(EvaluationProtocol.names) (default: those of the network's own training, else leak-free)."
    ))
  var split: String?

  @Option(help: "What is shown of each picture, separated by commas: plain, flip, ten-crop (44x44).")
  var views = "plain,flip,ten-crop"

  @Option(help: "Which parts are measured, separated by commas: train, validation, test.")
  var parts = "validation,test"

  @Option(help: "Folder for the files, not a run's; made where it is missing.")
  var output: String?

  @Option(help: "Processors to use, instead of all.")
  var workers: Int?

  func validate() throws {
    if let workers, !(1...1024).contains(workers) { throw ValidationError("--workers must be 1...1024") }
    _ = try (chosenSplit(), chosenViews(), chosenParts())
  }

  private func chosenSplit() throws -> EvaluationProtocol? {
    try split.map { try .named($0) }
  }

  private func chosenViews() throws -> [Views] {
    let names = views.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let found = try names.map { name in
      guard let kind = Views(rawValue: name) else {
        throw ValidationError("--views \(views): there are plain, flip and ten-crop")
      }
      return kind
    }
    guard found.contains(.plain) else { throw ValidationError("--views \(views): plain is needed") }
    return Views.allCases.filter(found.contains)
  }

  private func chosenParts() throws -> Set<ResultPart> {
    let names = parts.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    return Set(
      try names.map { name in
        guard let part = ResultPart(rawValue: name) else {
          throw ValidationError("--parts \(parts): there are train, validation and test")
        }
        return part
      })
  }

  func run() throws {
    let pictures = try dataOptions.read()
    let pool = WorkerPool(workerCount: workers)
    let classifier = try TrainedModel.open(model, pictures: pictures, pool: pool)
    // Made before the work, so that a folder that cannot be made is known before it.
    let folder = try output.map { try RunFolder(creating: $0) }
    let lock = try folder?.lock()
    defer { withExtendedLifetime(lock) {} }
    try folder?.checkThatNoRunIsHere()
    let measurement = ModelMeasurement(
      classifier: classifier, pictures: pictures,
      evaluation: try chosenSplit() ?? classifier.origin.evaluation ?? .leakFree,
      views: classifier.acceptsViews ? try chosenViews() : [.plain], parts: try chosenParts())
    if !classifier.acceptsViews {
      StepLine().say("this network scales each pixel; only plain pictures are shown")
    }
    var result = try measurement.result(name: name, title: "\(name) on FER2013")
    result.facts[ReportDocument.modelFact] = model
    result.facts["data"] = "\(dataOptions.data), \(DataFingerprint.text(of: pictures))"
    result.facts["command"] = CommandLineText.text
    for (key, value) in classifier.metadata { result.facts["model, \(key)"] = value }
    print(measurement.text(of: result), terminator: "")
    if let folder {
      try ResultFolder.write(result, to: folder, footer: CommandLineText.footer)
      print(folder.file(RunFolder.reportName))
    }
  }

  private var name: String { URL(filePath: model).deletingPathExtension().lastPathComponent }
}
