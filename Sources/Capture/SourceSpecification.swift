import Glibc
import Imaging

/// What a person names as the source of frames, told apart by what it is.
///
///     let source = try SourceSpecification(parsing: "people.mp4")  // .video(path: "people.mp4")
public enum SourceSpecification: Sendable, Equatable {
  /// `auto`: a camera, or the demo where there is none.
  case automatic
  /// `demo`: a drawn face.
  case demo
  /// `-`: what another program writes.
  case standardInput
  /// A number: the camera `/dev/videoN`.
  case cameraIndex(Int)
  /// A device node, a link to one (`/dev/v4l/by-id/…`), the name of such a link, or a socket (`usb-0000:00:14.0-2`). It
  /// need not be there now: cameras come and go.
  case camera(path: String)
  /// A JPEG or PNG file.
  case picture(path: String)
  /// A directory.
  case folder(path: String)
  /// Any other file: ffmpeg knows best whether there is a video in it.
  case video(path: String)

  /// Looks at what a text names; a file whose name means something else is given as `./demo`.
  ///
  /// - Throws: ``CaptureError``: nothing of that name is there, it may not be read, or it is nothing that frames
  ///   come from.
  public init(parsing text: String) throws(CaptureError) {
    switch text {
    case "auto": self = .automatic
    case "demo": self = .demo
    case "-": self = .standardInput
    case "": throw .unreadable(path: "source", reason: "the name is empty; \(Self.choices)")
    default:
      if text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
        // No kernel has more than 256 video nodes (VIDEO_NUM_DEVICES).
        guard let index = Int(text), index < 256 else { throw .notFound(path: "/dev/video\(text)") }
        self = .cameraIndex(index)
      } else {
        self = try Self.lookingAt(text)
      }
    }
  }

  private static let choices = "give auto, demo, -, a camera, a picture, a folder or a video file"
  private static let deviceFolder = "/dev/"

  /// A socket as `emotiond devices` lists it, `usb-0000:00:14.0-2`, or the name of one of udev's links in /dev/v4l. A
  /// file that merely begins so is missing where it is not there.
  private static func isCameraName(_ text: String) -> Bool {
    text.wholeMatch(of: /usb-[0-9A-Za-z_]+[:.][0-9A-Za-z:._]*-[0-9.]+/) != nil
      || text.wholeMatch(of: /(usb|pci|platform)-[^\/]+-video-index[0-9]+/) != nil
  }

  private static func lookingAt(_ path: String) throws(CaptureError) -> SourceSpecification {
    guard !path.utf8.contains(0) else {
      throw .unreadable(path: String(printable: path.utf8, maximumLength: 200), reason: "this is no path")
    }
    var status = stat()
    guard stat(path, &status) == 0 else {
      let error = errno
      if error == ENOENT && (path.hasPrefix(deviceFolder) || isCameraName(path)) {
        return .camera(path: path)
      }
      if path.contains("://") {
        throw .unreadable(
          path: path,
          reason: "network streams come through ffmpeg: ffmpeg -i URL -f mjpeg - | emotiond run --source -")
      }
      throw FileFailure.error(of: "stat", path: path, errno: error)
    }
    switch status.st_mode & S_IFMT {
    case S_IFCHR: return .camera(path: path)
    case S_IFDIR: return .folder(path: path)
    case S_IFREG:
      // Motion JPEG begins as a picture does; its name tells it apart.
      let isMotionJPEG = [".mjpeg", ".mjpg"].contains { path.lowercased().hasSuffix($0) }
      if isMotionJPEG { return .video(path: path) }
      return try beginsAsPicture(path) ? .picture(path: path) : .video(path: path)
    default:
      throw .unreadable(path: path, reason: "this is no camera and no file; for a pipe: --source - < \(path)")
    }
  }

  private static func beginsAsPicture(_ path: String) throws(CaptureError) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileFailure.error(of: "open", path: path, errno: errno) }
    defer { close(descriptor) }
    var beginning = [UInt8](repeating: 0, count: 8)
    var count: Int
    repeat { count = read(descriptor, &beginning, beginning.count) } while count < 0 && errno == EINTR
    guard count >= 0 else { throw FileFailure.error(of: "read", path: path, errno: errno) }
    guard count > 0 else { throw .unreadable(path: path, reason: "the file is empty") }
    return PictureFile.isPicture(beginning: beginning[..<count])
  }
}
