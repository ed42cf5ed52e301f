import ArgumentParser

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Watches a source and serves the page, the stream and the labels.",
    discussion: """
      Without options: the first camera, or a drawn demo face where there is none, and the page at \
      http://127.0.0.1:8080. A camera that goes away is waited for, and found again under another number. A file ends the program at its end, unless \
      --loop is given. Nothing is recorded.

      SIGHUP reads the configuration again; `emotiond config --explain` says which settings take effect at once.

        emotiond run --device 0 --size 1280x720
        emotiond run --source film.mp4 --speed max --labels film.ndjson
        emotiond run --labels - --frames fd:3 3>frames.mjpeg
      """)

  @OptionGroup var run: RunOptions
  @OptionGroup var options: ConfigurationOptions

  func run() async throws {
    try await runCommand { () throws(CommandFailure) in
      let sources = options.sources(flags: run.given)
      return try await Daemon(
        configuration: sources.load().configuration, sources: sources, hasDebugSignals: run.debugSignals
      ).run()
    }
  }
}
