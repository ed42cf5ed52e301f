import ArgumentParser
import Foundation

/// Where the configuration comes from: options that every command has which needs one.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Configuration file (TOML). Without it EMOTIOND_CONFIG, then /etc/emotiond/emotiond.toml where it exists.",
      valueName: "file"))
  var config: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Sets any value of the configuration, for example --set faces.search_width=480; may be repeated.",
      valueName: "key=value"))
  var set: [String] = []

  /// The file that is read where none is named.
  static let systemPath = "/etc/emotiond/emotiond.toml"

  /// Puts the layers together.
  ///
  /// - Parameter flags: What the command's own options say.
  func load(
    flags: [(key: String, value: String, flag: String)] = [],
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(CommandFailure) -> ConfigurationLayers {
    try sources(flags: flags, environment: environment).load()
  }

  /// Where the layers come from, to be read now and again later.
  func sources(
    flags: [(key: String, value: String, flag: String)] = [],
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> ConfigurationSources {
    ConfigurationSources(file: config, pairs: set, flags: flags, environment: environment)
  }
}

/// The places that a configuration is put together from.
struct ConfigurationSources: Sendable {
  /// As named on the command line.
  let file: String?
  /// Texts of the form key=value.
  let pairs: [String]
  let flags: [(key: String, value: String, flag: String)]
  let environment: [String: String]

  /// Reads the file and puts the layers together.
  func load() throws(CommandFailure) -> ConfigurationLayers {
    var layers = ConfigurationLayers()
    var pairs: [(key: String, value: String, flag: String)] = []
    for text in self.pairs {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2 else {
        throw CommandFailure(status: .usage, message: "--set \(text): is not of the form key=value")
      }
      pairs.append((parts[0], parts[1], "--set"))
    }
    do throws(ConfigurationLayers.Failure) {
      if let path = file ?? environment["EMOTIOND_CONFIG"] {
        try layers.apply(file: path)
      } else if FileManager.default.fileExists(atPath: ConfigurationOptions.systemPath) {
        try layers.apply(file: ConfigurationOptions.systemPath)
      }
      try layers.apply(environment: environment)
    } catch {
      throw CommandFailure(status: .configuration, message: error.description)
    }
    do throws(ConfigurationLayers.Failure) {
      // Cameras come in the order in which --camera names them, whatever --set says of them.
      let cameras = flags.filter { $0.flag == "--camera" }
      // --source and --device say what is watched, whatever the file does.
      if flags.contains(where: { $0.key == "source.input" }) { layers.dropCameras() }
      try layers.apply(commandLine: cameras + pairs + flags)
    } catch {
      throw CommandFailure(status: .usage, message: error.description)
    }
    return layers
  }
}
