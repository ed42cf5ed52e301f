import ArgumentParser
import Foundation

struct ConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Checks the configuration and prints it.",
    discussion: """
      Values come from four places, the later wins: defaults, the configuration file, environment variables \
      (EMOTIOND_HTTP_LISTEN for http.listen), the command line. --print shows each value and where it came from, \
      in the form of a configuration file; --explain says what each is for.
      """)

  @Flag(help: "Print the configuration and where each value came from (the default).")
  var print = false

  @Flag(help: "Print every setting with what it is for, its default and its environment variable.")
  var explain = false

  @Flag(help: "Print nothing; the exit code says whether the configuration is right (0) or not (78).")
  var check = false

  @OptionGroup var options: ConfigurationOptions

  func run() async throws {
    try await runCommand { () throws(CommandFailure) in
      let layers = try options.load()
      if explain {
        for setting in SettingTable.all {
          Swift.print("\(setting.key) (\(setting.environmentName))")
          Swift.print("    \(setting.help)")
          Swift.print(
            "    default: \(setting.isQuoted ? Setting.quoted(setting.read(Configuration())) : setting.read(Configuration()))"
          )
          Swift.print("    after a reload (SIGHUP) it holds \(setting.effect.rawValue)")
        }
      } else if !check {
        Swift.print(layers.printed(), terminator: "")
      }
      return .done
    }
  }
}
