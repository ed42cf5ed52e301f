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
    addCameras(snapshot.cameras, to: &text)
    addFrames(snapshot.cameras, to: &text)
    addFaces(snapshot.cameras, to: &text)
    addLatencies(snapshot.cameras, to: &text)
    addConnections(snapshot, to: &text)
    addViewers(snapshot.cameras, to: &text)
    addOutputs(snapshot.outputs, to: &text)
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

  private static func addCameras(_ cameras: [CameraSnapshot], to text: inout MetricsText) {
    text.family(
      "emotiond_camera_state", .gauge, "1 for the state that the camera or file is in, else 0.", cameras
    ) { family, camera in
      for word in PipelineStatus.SourceState.words {
        family.sample(word == camera.pipeline.source.word ? 1 : 0, [("state", word)])
      }
    }
    let devices = cameras.filter { $0.pipeline.camera.device != nil }
    text.family(
      "emotiond_camera_starts_total", .counter, "Times that the camera began to give frames.", devices
    ) { $0.sample(Double($1.pipeline.camera.starts)) }
    text.family(
      "emotiond_camera_faults_total", .counter, "Times that the camera failed, by what was wrong.", devices
    ) { family, camera in
      for fault in CameraState.allCases where fault.isFault {
        family.sample(
          Double(camera.pipeline.camera.faults[fault.rawValue] ?? 0), [("fault", fault.rawValue)])
      }
    }
  }

  private static func addFrames(_ cameras: [CameraSnapshot], to text: inout MetricsText) {
    text.family(
      "emotiond_frames_captured_total", .counter, "Frames that came from the source.", cameras
    ) { $0.sample(Double($1.pipeline.framesCaptured)) }
    text.family(
      "emotiond_frames_dropped_total", .counter, "Frames that were not used, by reason.", cameras
    ) { family, camera in
      for reason in DropReason.allCases {
        family.sample(
          Double(camera.pipeline.framesDropped[reason.rawValue] ?? 0), [("reason", reason.rawValue)])
      }
    }
    text.family(
      "emotiond_frames_analysed_total", .counter, "Frames in which faces were looked for.", cameras
    ) { $0.sample(Double($1.pipeline.framesAnalysed)) }
    text.family(
      "emotiond_frames_published_total", .counter, "Frames that were encoded for viewers.", cameras
    ) { $0.sample(Double($1.pipeline.framesPublished)) }
  }

  private static func addFaces(_ cameras: [CameraSnapshot], to text: inout MetricsText) {
    // The last record of a camera that is away says nothing about now.
    func faces(_ camera: CameraSnapshot) -> [LabelledFace] {
      camera.pipeline.source == .running ? camera.labels?.faces ?? [] : []
    }
    text.family(
      "emotiond_faces", .gauge, "Faces in the newest analysed frame, by their emotion.", cameras
    ) { family, camera in
      let faces = faces(camera)
      for emotion in Emotion.allCases {
        family.sample(Double(faces.count { $0.emotion == emotion }), [("emotion", emotion.name)])
      }
    }
    text.family(
      "emotiond_faces_uncertain", .gauge, "Those of them whose emotion is uncertain.", cameras
    ) { $0.sample(Double(faces($1).count(where: \.isUncertain))) }
  }

  private static func addLatencies(_ cameras: [CameraSnapshot], to text: inout MetricsText) {
    text.family(
      "emotiond_stage_duration_seconds", .histogram, "How long one frame's stage took.", cameras
    ) { family, camera in
      for stage in [LatencyStage.decode, .analysis, .encode] {
        add(camera.pipeline.latencies[stage], label: ("stage", stage.rawValue), to: &family)
      }
    }
    text.family(
      "emotiond_frame_latency_seconds", .histogram,
      "From the moment a frame was taken until it was encoded, labelled, or handed to the kernel for viewers.",
      cameras
    ) { family, camera in
      add(camera.pipeline.latencies[.captureToEncoded], label: ("until", "encoded"), to: &family)
      add(camera.pipeline.latencies[.captureToLabelled], label: ("until", "labelled"), to: &family)
      add(camera.streaming.captureToSent, label: ("until", "sent"), to: &family)
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

  private static func addConnections(_ snapshot: ServerSnapshot, to text: inout MetricsText) {
    let figures = snapshot.server
    text.family("emotiond_http_connections", .gauge, "Open connections.") {
      $0.sample(Double(snapshot.connections))
    }
    text.family("emotiond_http_connections_limit", .gauge, "Connections that are welcome at one time.") {
      $0.sample(Double(snapshot.maximumClients))
    }
    text.family(
      "emotiond_http_connections_refused_total", .counter, "Connections closed at once because of the limit."
    ) { $0.sample(Double(figures.connectionsRefused)) }
    text.family(
      "emotiond_http_accept_failures_total", .counter,
      "Attempts to take a connection that failed, as a rule because too many files were open."
    ) { $0.sample(Double(figures.acceptFailures)) }
    text.family(
      "emotiond_http_turned_away_total", .counter, "Requests that were told to come back later, by the limit."
    ) {
      $0.sample(Double(figures.clientsTurnedAway), [("limit", "connections")])
      $0.sample(Double(figures.viewersTurnedAway), [("limit", "viewers")])
    }
    text.family(
      "emotiond_stream_clients_limit", .gauge,
      "Clients that may watch the streams of all cameras at one time."
    ) { $0.sample(Double(min(snapshot.maximumViewers ?? .max, snapshot.maximumClients))) }
    text.family("emotiond_http_wrong_tokens_total", .counter, "Wrong tokens that clients sent.") {
      $0.sample(Double(figures.wrongTokens))
    }
    text.family("emotiond_http_answers_total", .counter, "Answers by HTTP status code.") {
      for (code, count) in figures.answers.sorted(by: { $0.key < $1.key }) {
        $0.sample(Double(count), [("code", String(code))])
      }
    }
  }

  private static func addViewers(_ cameras: [CameraSnapshot], to text: inout MetricsText) {
    text.family("emotiond_stream_clients", .gauge, "Clients that watch a stream.", cameras) {
      $0.sample(Double($1.viewers))
    }
    text.family(
      "emotiond_stream_frames_sent_total", .counter, "Frames sent to clients of a stream.", cameras
    ) { $0.sample(Double($1.streaming.framesSent)) }
    text.family("emotiond_event_clients", .gauge, "Clients that read the events.", cameras) {
      $0.sample(Double($1.eventReaders))
    }
    text.family(
      "emotiond_events_sent_total", .counter, "Label records sent to clients of the events.", cameras
    ) { $0.sample(Double($1.streaming.eventsSent)) }
    text.family(
      "emotiond_events_skipped_total", .counter,
      "Label records that a client of the events was too slow for.", cameras
    ) { $0.sample(Double($1.streaming.eventsSkipped)) }
  }
}
