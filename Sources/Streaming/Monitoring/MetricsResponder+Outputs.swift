import Pipeline

extension MetricsResponder {
  /// Files, brokers and databases that records are kept in; no family where there are none.
  static func addOutputs(_ outputs: [OutputStatus], to text: inout MetricsText) {
    func family(
      _ name: String, _ kind: MetricsText.Kind, _ help: String, _ value: (OutputStatus) -> Double
    ) {
      text.family(name, kind, help) {
        for output in outputs {
          let camera = output.camera.map { [("camera", $0)] } ?? []
          $0.sample(value(output), camera + [("output", output.name)])
        }
      }
    }
    family("emotiond_output_up", .gauge, "1 while the output takes what comes: connected, room on the disk.")
    {
      $0.isWorking ? 1 : 0
    }
    family("emotiond_output_written_total", .counter, "Records or messages that arrived.") {
      Double($0.written)
    }
    family(
      "emotiond_output_dropped_total", .counter,
      "Records or messages that are lost because the output was away for too long."
    ) { Double($0.dropped) }
    family("emotiond_output_waiting", .gauge, "Records or messages that wait for the output.") {
      Double($0.waiting)
    }
    family(
      "emotiond_output_failures_total", .counter,
      "Times that a write failed or a connection was lost or refused."
    ) { Double($0.failures) }
  }
}
