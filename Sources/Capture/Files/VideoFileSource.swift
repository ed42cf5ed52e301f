import Glibc
import Imaging

/// The frames of a video file, decoded by an `ffmpeg` of its own process: a file that crashes or fools a decoder
/// does not reach the daemon, and every format that ffmpeg knows can be played.
///
/// Each frame says when it is due; ``PacedSource`` plays them at their own rate. A frame's picture is 4:2:0.
public final class VideoFileSource: FrameSource {
  /// What it is, for people: the file.
  public let description: String
  /// Frames a second as ffmpeg states them; nil before the first frame.
  public var nominalFramesPerSecond: Double? { framesPerSecond }

  /// Frames a second are not above this: files whose clock ticks finely claim thousands, and ffmpeg would repeat
  /// frames to make them.
  private static let maximumFramesPerSecond = 120
  /// For the first frame: less than a watchdog's patience, as nobody hears from a source that is being opened.
  private static let openingNanoseconds: UInt64 = 10_000_000_000
  /// For streams that state no rate.
  private static let assumedFramesPerSecond = 25.0

  private let path: String
  private let loops: Bool
  private let stop: StopSignal
  private var child: ChildProcess
  private var reader: DescriptorFrameReader
  private var framesPerSecond: Double?
  private var sequence: UInt64 = 0
  private var framesInThisPass: UInt64 = 0
  private var isAtEnd = false
  /// Decoded while the source was opened, to know the rate and that there is a video at all.
  private var first: SourceEvent?

  /// Opens a file and decodes its first frame.
  ///
  /// - Parameters:
  ///   - path: A file of the local machine, whatever its name looks like.
  ///   - loops: Whether it begins again at its end.
  ///   - stop: Ends the source.
  /// - Throws: ``CaptureError``: the file is not there, may not be read, or has no video that can be decoded in time;
  ///   ffmpeg is not installed.
  public init(path: String, loops: Bool, stop: StopSignal) throws(CaptureError) {
    try Self.checkFile(path)
    self.path = path
    self.loops = loops
    self.stop = stop
    description = "\(path), a video"
    child = try Self.decoder(of: path, loops: loops)
    reader = Self.reader(of: child, path: path, stop: stop)
    let deadline = MonotonicTime.now.advanced(byNanoseconds: Self.openingNanoseconds)
    var event: SourceEvent
    repeat {
      guard MonotonicTime.now < deadline else {
        throw .unreadable(path: path, reason: "ffmpeg gave no frame of it within 10 s")
      }
      event = try next()
    } while event.isIdle
    first = event
  }

  /// Waits for the decoder's next frame.
  ///
  /// - Throws: ``CaptureError/unreadable(path:reason:)`` with ffmpeg's reason where it gave up.
  public func next() throws(CaptureError) -> SourceEvent {
    if let first {
      self.first = nil
      return first
    }
    while true {
      if isAtEnd || stop.isRaised { return .end }
      switch try reader.next() {
      case .item(.frame(let payload, _)): return .frame(frame(payload))
      // A frame that ends too early is the last one: what ffmpeg says at its end tells why.
      case .item(.dropped), .end: try endPass()
      case .idle: return .idle
      case .stopped: return .end
      }
    }
  }

  private func frame(_ payload: Frame.Payload) -> Frame {
    let rate = reader.parser.framesPerSecond ?? Self.assumedFramesPerSecond
    framesPerSecond = rate
    defer {
      sequence += 1
      framesInThisPass += 1
    }
    return Frame(
      payload: payload, sequence: sequence, capturedAt: .now,
      presentationNanoseconds: FrameRate.nanoseconds(ofFrame: sequence, framesPerSecond: rate))
  }

  /// At the end of the file: begins again, or says what went wrong.
  private func endPass() throws(CaptureError) {
    isAtEnd = true
    let exit = child.waitForExit()
    guard exit == .code(0), framesInThisPass > 0 else {
      throw .unreadable(path: path, reason: Self.reason(of: exit, messages: child.messages, path: path))
    }
    guard loops else { return }
    child = try Self.decoder(of: path, loops: loops)
    reader = Self.reader(of: child, path: path, stop: stop)
    framesInThisPass = 0
    isAtEnd = false
  }

  private static func checkFile(_ path: String) throws(CaptureError) {
    var status = stat()
    guard stat(path, &status) == 0 else { throw FileFailure.error(of: "stat", path: path, errno: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(path: path, reason: "this is not a regular file")
    }
    guard status.st_size > 0 else { throw .unreadable(path: path, reason: "the file is empty") }
    guard access(path, R_OK) == 0 else { throw FileFailure.error(of: "access", path: path, errno: errno) }
  }

  private static func decoder(of path: String, loops: Bool) throws(CaptureError) -> ChildProcess {
    try ChildProcess(program: "ffmpeg", package: "ffmpeg", arguments: arguments(for: path, loops: loops))
  }

  static func arguments(for path: String, loops: Bool) -> [String] {
    // Going back inside one ffmpeg costs no gap; where it cannot, it ends and is started anew.
    let looping = loops ? ["-stream_loop", "-1"] : []
    return [
      "-nostdin", "-hide_banner", "-loglevel", "error",
    ] + looping + [
      // The name is a file's even if it begins with a dash or looks like a URL, and a playlist inside the file
      // reaches no network.
      "-protocol_whitelist", "file,pipe", "-i", "file:" + path,
      // The first video stream that is no cover picture.
      "-map", "0:V:0", "-fpsmax", "\(maximumFramesPerSecond)",
      // A Picture has JPEG's colours; most videos have others.
      "-vf", "scale=out_range=full:out_color_matrix=bt601", "-pix_fmt", "yuv420p", "-f", "yuv4mpegpipe",
      "pipe:1",
    ]
  }

  private static func reader(
    of child: ChildProcess, path: String, stop: StopSignal
  ) -> DescriptorFrameReader {
    // Asked for full range, whether or not this ffmpeg writes so into the header.
    DescriptorFrameReader(
      descriptor: child.output, path: path, parser: Y4MParser(assumedRange: .full), messages: child.messages,
      stop: stop)
  }

  private static func reason(of exit: ChildProcess.Exit, messages: MessageTail, path: String) -> String {
    let lines = messages.lastLines(2).map { withoutPrefix($0, path: path) }
    if lines.contains(where: { $0.contains("matches no streams") }) { return "there is no video in the file" }
    if case .signal(let number) = exit { return "ffmpeg crashed on it (signal \(number))" }
    return lines.isEmpty ? "ffmpeg finds no frames in it" : "ffmpeg: " + lines.joined(separator: "; ")
  }

  /// Without the file's name and the `[demuxer @ 0x...]` that ffmpeg puts in front.
  private static func withoutPrefix(_ line: String, path: String) -> String {
    var text = line[...]
    if text.hasPrefix("["), let end = text.firstRange(of: "] ") { text = text[end.upperBound...] }
    let name = "file:\(path): "
    return String(text.hasPrefix(name) ? text.dropFirst(name.count) : text)
  }
}

extension SourceEvent {
  fileprivate var isIdle: Bool {
    if case .idle = self { return true }
    return false
  }
}
