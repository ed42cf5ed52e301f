import ArgumentParser
import Faces
import History

struct HistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Shows what was seen, from the database that history.path names.",
    discussion: """
      A daemon may be writing to it meanwhile. Times are UTC; --since and --until take 2026-03-01T12:30:00Z, \
      2026-03-01, or a time before now: 90s, 15m, 24h, 7d. Where the configuration names no \
      history.path, --database does.

        emotiond history                                    the newest 100 faces
        emotiond history --since 24h --summary 1h           how often each emotion was seen, by the hour
        emotiond history --since 2026-03-01 --format csv > march.csv
        emotiond history --events                           when the camera came, went and failed
      """)

  @Option(
    name: [.long, .customShort("f")],
    help: ArgumentHelp(
      "The database (default: history.path of the configuration).", valueName: "file"))
  var database: String?

  @Option(help: ArgumentHelp("From this moment on.", valueName: "time"))
  var since: String?

  @Option(help: ArgumentHelp("Before this moment.", valueName: "time"))
  var until: String?

  @Option(help: ArgumentHelp("This camera alone.", valueName: "name"))
  var camera: String?

  @Option(help: ArgumentHelp("Faces with this emotion alone.", valueName: "emotion"))
  var emotion: String?

  @Option(
    help: ArgumentHelp(
      "The newest so many rows; 0 for all (default: 100 for a table, else all).", valueName: "number"))
  var limit: Int?

  @Option(
    help: ArgumentHelp(
      "How often each emotion was seen, in pieces of this length: 15m, 1h, 1d.", valueName: "length"))
  var summary: String?

  @Flag(help: "What happened to the cameras instead of faces.")
  var events = false

  @Option(help: "table, json (one object a line) or csv.")
  var format = ReportFormat.table

  @OptionGroup var options: ConfigurationOptions

  private static let usualLimit = 100

  func validate() throws {
    if events, summary != nil || emotion != nil {
      throw ValidationError("--events are of cameras and not of faces: without --summary and --emotion")
    }
    if let limit, limit < 0 { throw ValidationError("--limit \(limit): is below 0") }
  }

  func run() async throws {
    try await runCommand { () throws(CommandFailure) in
      let path = try self.path()
      let query = try self.query()
      let bucketSeconds = try summary.map(Self.bucketSeconds)
      var output = ReportOutput(format: format)
      do {
        let reader = try HistoryReader(path: path)
        if events {
          output.begin(.events)
          try reader.events(query) { try output.add($0) }
        } else if let bucketSeconds {
          output.begin(.summary)
          try reader.summary(query, bucketSeconds: bucketSeconds) { try output.add($0) }
        } else {
          output.begin(.faces)
          try reader.faces(query) { try output.add($0) }
        }
        try output.flush()
      } catch let error as HistoryError {
        throw CommandFailure(history: error)
      } catch let error as StandardOutput.Failure {
        if error.isReaderGone { return .done }
        throw CommandFailure(status: .inputOutput, message: error.description)
      } catch {
        throw CommandFailure(status: .inputOutput, message: "history \(path): \(error)")
      }
      return .done
    }
  }

  private func path() throws(CommandFailure) -> String {
    if let database { return database }
    let path = ServiceFolder.state.path(try options.load().configuration.lasting.history)
    guard !path.isEmpty else {
      throw CommandFailure(
        status: .usage,
        message: "no history is kept: history.path is not set; --database names one that was kept elsewhere")
    }
    return path
  }

  private func query() throws(CommandFailure) -> HistoryQuery {
    var query = HistoryQuery()
    query.sinceMilliseconds = try since.map { text throws(CommandFailure) in try Self.moment(text, "--since")
    }
    query.untilMilliseconds = try until.map { text throws(CommandFailure) in try Self.moment(text, "--until")
    }
    query.camera = camera
    if let emotion {
      guard let known = Emotion(name: emotion) else {
        throw CommandFailure(
          status: .usage,
          message: "--emotion \(emotion): is none of " + Emotion.allCases.map(\.name).joined(separator: ", "))
      }
      query.emotion = known
    }
    let limit = limit ?? (format == .table ? Self.usualLimit : 0)
    query.limit = limit == 0 ? nil : limit
    return query
  }

  private static func moment(_ text: String, _ option: String) throws(CommandFailure) -> Int64 {
    guard let moment = HistoryTime.milliseconds(text) else {
      throw CommandFailure(
        status: .usage,
        message: "\(option) \(text): is no time like 2026-03-01T12:30:00Z, 2026-03-01, 90m or 7d")
    }
    return moment
  }

  private static func bucketSeconds(_ text: String) throws(CommandFailure) -> Int64 {
    guard let seconds = HistoryTime.seconds(text) else {
      throw CommandFailure(
        status: .usage, message: "--summary \(text): is no length of time like 15m, 1h or 1d")
    }
    return seconds
  }
}

extension ReportFormat: ExpressibleByArgument {}
