import Evaluation
import Training

/// How far confidence and accuracy are apart, by part and view, at the temperatures that matter.
struct CalibrationTable {
  /// What the network's file says.
  let fileTemperature: Double
  private var rows: [[String]] = []
  private var fitted: [(view: String, scaling: TemperatureScaling)] = []

  init(fileTemperature: Double) { self.fileTemperature = fileTemperature }

  /// Fits a view's temperature.
  ///
  /// - Parameters:
  ///   - outputs: Of the validation part.
  ///   - trueLabels: The pictures' classes.
  ///   - view: What was shown.
  mutating func fit(_ outputs: ViewOutputs, trueLabels: [Int], view: String) throws {
    guard let scaling = try outputs.temperature(fitting: trueLabels) else { return }
    fitted.append((view, scaling))
  }

  /// The temperature that was fitted for a view.
  func fittedTemperature(_ view: String) -> TemperatureScaling? {
    fitted.first { $0.view == view }?.scaling
  }

  /// Measures a part.
  mutating func add(_ outputs: ViewOutputs, trueLabels: [Int], part: String, view: String) throws {
    func error(_ temperature: Double) throws -> String {
      let curve = try CalibrationCurve(
        probabilities: try outputs.probabilities(temperature: temperature), trueLabels: trueLabels)
      return NumberText.fixed(curve.expectedCalibrationError, decimals: 4)
    }
    let scaling = fittedTemperature(view)
    rows.append([
      part, view, try error(1), try error(fileTemperature),
      try scaling.map { try error($0.temperature) } ?? "",
      scaling.map { NumberText.fixed($0.temperature, decimals: 4) } ?? "",
    ])
  }

  /// The errors as rows.
  var table: Table {
    Table(
      columns: [.init("Part"), .init("Views")]
        + [
          "at temperature 1", "at the file's \(NumberText.short(fileTemperature))", "at the fitted one",
          "fitted",
        ].map { .init($0, .trailing) },
      rows: rows)
  }

  /// What the table shows.
  var explanation: String {
    var text =
      "Expected calibration error: how far confidence and accuracy are apart on average. A temperature is what logits are "
      + "divided by; the daemon obeys the file's."
    guard let scaling = fitted.first?.scaling else { return text }
    text +=
      " One a view was fitted on \(NumberText.grouped(scaling.sampleCount)) validation pictures by the likelihood of the "
      + "mean of the views' probabilities: on that part itself the error is no fair one."
    let atLimit = fitted.filter(\.scaling.isAtLimit).map(\.view)
    if !atLimit.isEmpty {
      text += " That of \(atLimit.joined(separator: ", ")) ended at the end of its range and means little."
    }
    return text
  }
}
