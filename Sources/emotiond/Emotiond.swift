import ArgumentParser
import ProgramVersion

@main
struct Emotiond: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "emotiond",
    abstract: "Watches a camera and says which emotion each face shows, live.",
    discussion: """
      Start it and open the page that it names:

        emotiond run                  the first camera, or a drawn demo face
        emotiond run --device /dev/video0 --listen 127.0.0.1:8080
        emotiond run --source people.mp4 --labels -
        emotiond run --frames - | ffplay -f mjpeg -
        emotiond detect photo.jpg --annotate out.jpg

      Exit codes: 0 done, 64 usage, 65 a file that is no picture or video, or a damaged history, 66 no such input, \
      69 a camera, the address or ffmpeg is not available, 74 input or output failed, 78 configuration, or a history of \
      another program.
      """,
    version: ProgramVersion.text,
    subcommands: [
      RunCommand.self, DetectCommand.self, DevicesCommand.self, HistoryCommand.self,
      ConfigCommand.self, BenchCommand.self,
    ])
}
