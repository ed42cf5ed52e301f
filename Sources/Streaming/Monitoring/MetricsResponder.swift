import Capture
import Faces
import NIOCore
import Pipeline

/// `/metrics`: the daemon's figures in Prometheus's text format, version 0.0.4.
struct MetricsResponder: Responder {
  let monitor: Monitor

  func answer(_ request: Request, on eventLoop: any EventLoop) -> Answer {
    let text = Self.text(monitor.snapshot, process: .now)
    return .complete(Response(contentType: MetricsText.contentType, body: ByteBuffer(string: text)))
  }

  static func text(_ snapshot: ServerSnapshot, process: ProcessFigures) -> String {
    var text = MetricsText()
    addProgram(snapshot.program, process, to: &text)
    addFrames(snapshot.pipeline, to: &text)
    addFaces(snapshot, to: &text)
    addLatencies(snapshot, to: &text)
    addClients(snapshot, to: &text)
    return text.text
  }

  private static func addProgram(
    _ program: ProgramDescription, _ process: ProcessFigures, to text: inout MetricsText
  ) {
    text.family("emotiond_build_info", .gauge, "The program's version and its network; always 1.") {
      $0.sample(1, [("version", program.version), ("model", program.model)])
    }
    text.family("emotiond_start_time_seconds", .gauge, "When the program started, in seconds since 1970.") {
      $0.sample(Double(program.startNanosecondsSince1970) / 1e9)
    }
    text.family("emotiond_cpu_seconds_total", .counter, "Processor time of all threads.") {
      $0.sample(process.processorSeconds)
    }
    text.family("emotiond_resident_memory_bytes", .gauge, "Memory that the program holds in RAM.") {
      if let bytes = process.residentBytes { $0.sample(Double(bytes)) }
    }
    text.family("emotiond_open_descriptors", .gauge, "Open file descriptors.") {
      if let count = process.openDescriptors { $0.sample(Double(count)) }
    }
  }

  private static func addFrames(_ status: PipelineStatus, to text: inout MetricsText) {
    text.family("emotiond_camera_state", .gauge, "1 for the state that the camera or file is in, else 0.") {
      for word in PipelineStatus.SourceState.words {
        $0.sample(word == status.source.word ? 1 : 0, [("state", word)])
      }
    }
    text.family("emotiond_camera_starts_total", .counter, "Times that the camera began to give frames.") {
      if status.camera.device != nil { $0.sample(Double(status.camera.starts)) }
    }
    text.family("emotiond_camera_faults_total", .counter, "Times that the camera failed, by what was wrong.")
    {
      guard status.camera.device != nil else { return }
      for fault in CameraState.allCases where fault.isFault {
        $0.sample(Double(status.camera.faults[fault.rawValue] ?? 0), [("fault", fault.rawValue)])
      }
    }
    text.family("emotiond_frames_captured_total", .counter, "Frames that came from the source.") {
      $0.sample(Double(status.framesCaptured))
    }
    text.family("emotiond_frames_dropped_total", .counter, "Frames that were not used, by reason.") {
      for reason in DropReason.allCases {
        $0.sample(Double(status.framesDropped[reason.rawValue] ?? 0), [("reason", reason.rawValue)])
      }
    }
    text.family("emotiond_frames_analysed_total", .counter, "Frames in which faces were looked for.") {
      $0.sample(Double(status.framesAnalysed))
    }
    text.family("emotiond_frames_published_total", .counter, "Frames that were encoded for viewers.") {
      $0.sample(Double(status.framesPublished))
    }
  }

  private static func addFaces(_ snapshot: ServerSnapshot, to text: inout MetricsText) {
    // The last record of a camera that is away says nothing about now.
    let faces = snapshot.pipeline.source == .running ? snapshot.labels?.faces ?? [] : []
    text.family("emotiond_faces", .gauge, "Faces in the newest analysed frame, by their emotion.") {
      for emotion in Emotion.allCases {
        $0.sample(Double(faces.count { $0.emotion == emotion }), [("emotion", emotion.name)])
      }
    }
    text.family("emotiond_faces_uncertain", .gauge, "Those of them whose emotion is uncertain.") {
      $0.sample(Double(faces.count(where: \.isUncertain)))
    }
  }

  private static func addLatencies(_ snapshot: ServerSnapshot, to text: inout MetricsText) {
    let latencies = snapshot.pipeline.latencies
    text.family("emotiond_stage_duration_seconds", .histogram, "How long one frame's stage took.") {
      for stage in [LatencyStage.decode, .analysis, .encode] {
        add(latencies[stage], label: ("stage", stage.rawValue), to: &$0)
      }
    }
    text.family(
      "emotiond_frame_latency_seconds", .histogram,
      "From the moment a frame was taken until it was encoded, labelled, or handed to the kernel for viewers."
    ) {
      add(latencies[.captureToEncoded], label: ("until", "encoded"), to: &$0)
      add(latencies[.captureToLabelled], label: ("until", "labelled"), to: &$0)
      add(snapshot.streaming.captureToSent, label: ("until", "sent"), to: &$0)
    }
  }

  private static func add(
    _ histogram: LatencyHistogram?, label: (String, String), to family: inout MetricsText.Family
  ) {
    let histogram = histogram ?? LatencyHistogram()
    var cumulative: UInt64 = 0
    for (bound, count) in zip(LatencyHistogram.boundsSeconds + [.infinity], histogram.counts) {
      cumulative += count
      family.sample(
        Double(cumulative), [label, ("le", MetricsText.number(bound))], suffix: "_bucket")
    }
    family.sample(histogram.sumSeconds, [label], suffix: "_sum")
    family.sample(Double(histogram.count), [label], suffix: "_count")
  }

  private static func addClients(_ snapshot: ServerSnapshot, to text: inout MetricsText) {
    let clients = snapshot.clients
    let figures = snapshot.streaming
    text.family("emotiond_http_connections", .gauge, "Open connections.") {
      $0.sample(Double(clients.clients))
    }
    text.family("emotiond_http_connections_limit", .gauge, "Connections that are welcome at one time.") {
      $0.sample(Double(snapshot.maximumClients))
    }
    text.family(
      "emotiond_http_connections_refused_total", .counter, "Connections closed at once because of the limit."
    ) { $0.sample(Double(figures.connectionsRefused)) }
    text.family("emotiond_http_answers_total", .counter, "Answers by HTTP status code.") {
      for (code, count) in figures.answers.sorted(by: { $0.key < $1.key }) {
        $0.sample(Double(count), [("code", String(code))])
      }
    }
    text.family("emotiond_stream_clients", .gauge, "Clients that watch a stream.") {
      $0.sample(Double(clients.viewers))
    }
    text.family("emotiond_stream_frames_sent_total", .counter, "Frames sent to clients of a stream.") {
      $0.sample(Double(figures.framesSent))
    }
    text.family("emotiond_event_clients", .gauge, "Clients that read the events.") {
      $0.sample(Double(clients.eventReaders))
    }
    text.family("emotiond_events_sent_total", .counter, "Label records sent to clients of the events.") {
      $0.sample(Double(figures.eventsSent))
    }
    text.family(
      "emotiond_events_skipped_total", .counter, "Label records that a client of the events was too slow for."
    ) { $0.sample(Double(figures.eventsSkipped)) }
  }
}
