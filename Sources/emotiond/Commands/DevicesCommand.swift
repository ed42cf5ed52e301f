import ArgumentParser
import Capture
import Foundation

struct DevicesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices",
    abstract: "Lists cameras with their formats, sizes, rates and stable paths.",
    discussion: """
      A stable path below /dev/v4l/by-id keeps its camera when the numbers change: give that one to --device. \
      Nodes that are no camera (metadata, outputs) are named with the reason.
      """)

  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    try await runCommand { () throws(CommandFailure) in
      let list = CameraEnumerator().list()
      if json {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do { print(String(decoding: try encoder.encode(list), as: UTF8.self)) } catch {
          throw CommandFailure(status: .inputOutput, message: "\(error)")
        }
      } else {
        print(list.text)
      }
      return .done
    }
  }
}
