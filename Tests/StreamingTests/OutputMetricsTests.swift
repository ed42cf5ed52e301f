import Pipeline
import Testing

@testable import Streaming

@Suite struct OutputMetricsTests {
  @Test func everyOutputIsTold() {
    var broker = OutputStatus(name: "mqtt", camera: "door", isWorking: true)
    broker.written = 7
    var file = OutputStatus(name: "file")
    file.dropped = 3
    file.failures = 2
    file.waiting = 5
    var text = MetricsText()
    MetricsResponder.addOutputs([broker, file], to: &text)
    let lines = Set(text.text.split(separator: "\n").map(String.init))
    for line in [
      "# TYPE emotiond_output_up gauge", "# TYPE emotiond_output_dropped_total counter",
      #"emotiond_output_up{camera="door",output="mqtt"} 1"#, #"emotiond_output_up{output="file"} 0"#,
      #"emotiond_output_written_total{camera="door",output="mqtt"} 7"#,
      #"emotiond_output_dropped_total{output="file"} 3"#, #"emotiond_output_failures_total{output="file"} 2"#,
      #"emotiond_output_waiting{output="file"} 5"#,
    ] {
      #expect(lines.contains(line), "\(line)")
    }
  }

  @Test func withoutOutputsNothingIsTold() {
    var text = MetricsText()
    MetricsResponder.addOutputs([], to: &text)
    #expect(text.text.isEmpty)
  }
}
