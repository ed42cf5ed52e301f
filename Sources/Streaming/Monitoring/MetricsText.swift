/// Prometheus's text format, version 0.0.4: families of samples, each with its help and type.
///
///     var text = MetricsText()
///     text.family("emotiond_faces", .gauge, "Faces in view.") { $0.sample(2) }
struct MetricsText {
  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  /// What kind of number a family holds.
  enum Kind: String {
    case counter, gauge, histogram
  }

  /// Adds the samples of one family.
  struct Family {
    fileprivate let name: String
    fileprivate var text = ""
    /// Written before the labels of each sample.
    fileprivate var common: [(String, String)] = []

    /// - Parameters:
    ///   - value: The sample's value.
    ///   - labels: Names and values, in the order in which they are written.
    ///   - suffix: What a histogram's samples have after the family's name.
    mutating func sample(_ value: Double, _ labels: [(String, String)] = [], suffix: String = "") {
      let labels = common + labels
      text += name + suffix
      if !labels.isEmpty {
        text += "{" + labels.map { "\($0)=\"\(MetricsText.escaped($1))\"" }.joined(separator: ",") + "}"
      }
      text += " " + MetricsText.number(value) + "\n"
    }
  }

  private(set) var text = ""

  /// Adds a family; nothing where the body adds no sample.
  mutating func family(_ name: String, _ kind: Kind, _ help: String, _ body: (inout Family) -> Void) {
    var family = Family(name: name)
    body(&family)
    guard !family.text.isEmpty else { return }
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n" + family.text
  }

  /// Adds a family whose samples are of one camera after the other, each with the camera's name where it has one.
  mutating func family(
    _ name: String, _ kind: Kind, _ help: String, _ cameras: [CameraSnapshot],
    _ body: (inout Family, CameraSnapshot) -> Void
  ) {
    family(name, kind, help) { family in
      for camera in cameras {
        family.common = camera.name.map { [("camera", $0)] } ?? []
        body(&family, camera)
      }
    }
  }

  fileprivate static func escaped(_ value: String) -> String {
    value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }

  /// Whole numbers without a point.
  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
  }
}
