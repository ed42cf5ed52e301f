import CV4L2
import Glibc

/// Tells when a camera may have come, or may have become free: inotify(7) on the folders of device nodes.
///
/// Where the system gives no watch, nothing is told, and who waits tries again at the deadline.
final class DeviceWatch {
  /// What happened, the most that can be said.
  enum News: Int, Comparable {
    /// Nothing that concerns cameras.
    case none
    /// Somebody closed the busy node, be it only after an attempt of their own.
    case closing
    /// A camera may have come, or permissions changed.
    case cameras

    static func < (left: News, right: News) -> Bool { left.rawValue < right.rawValue }
  }

  /// Readable when something happened; -1 where there is no watch.
  let fileDescriptor: Int32

  private let folders: [String]
  private var closing: Int32?

  /// The size of struct inotify_event without its name.
  private static let headerBytes = 16

  /// - Parameter root: `/dev`; another folder in tests.
  init(root: String = "/dev") {
    fileDescriptor = max(cv4l2_watch_open(), -1)
    folders = [root, "\(root)/v4l", "\(root)/v4l/by-id", "\(root)/v4l/by-path"]
  }

  deinit { if fileDescriptor >= 0 { close(fileDescriptor) } }

  /// Watches the folders that are there now and forgets what happened so far. Called before each attempt to open:
  /// what happens during the attempt is then not missed.
  func begin() {
    guard fileDescriptor >= 0 else { return }
    if let closing { _ = cv4l2_watch_remove(fileDescriptor, closing) }
    closing = nil
    for folder in folders { _ = cv4l2_watch_folder(fileDescriptor, folder) }
    _ = news()
  }

  /// Watches a busy node for the moment in which its holder closes it. Called after the attempt to open: its own
  /// closing is no news.
  func watchForClosing(of node: String) {
    guard fileDescriptor >= 0 else { return }
    let watch = cv4l2_watch_closing(fileDescriptor, node)
    closing = watch < 0 ? nil : watch
  }

  /// Takes what happened. Other devices come and go in the same folder.
  func news() -> News {
    guard fileDescriptor >= 0 else { return .none }
    var news = News.none
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = read(fileDescriptor, &buffer, buffer.count)
      if count <= 0 { return news }
      buffer[..<count].withUnsafeBytes { bytes in
        var position = 0
        while position + Self.headerBytes <= bytes.count {
          let watch = bytes.loadUnaligned(fromByteOffset: position, as: Int32.self)
          let length = Int(bytes.loadUnaligned(fromByteOffset: position + 12, as: UInt32.self))
          let end = position + Self.headerBytes + length
          guard end <= bytes.count else { break }
          let name = bytes[(position + Self.headerBytes)..<end].prefix { $0 != 0 }
          if watch == closing {
            news = max(news, .closing)
          } else if watch < 0 || Self.concernsCameras(name) {
            // A lost event has no watch: better look in vain.
            news = .cameras
          }
          position = end
        }
      }
    }
  }

  /// Nodes, udev's folder of links and what is in it; an empty name is the folder itself.
  private static func concernsCameras(_ name: Slice<UnsafeRawBufferPointer>) -> Bool {
    let text = String(decoding: name, as: UTF8.self)
    return text.hasPrefix("video") || text.contains("v4l") || text.hasPrefix("by-")
      || text.contains("-video-")
      || text.hasPrefix("usb-") || text.hasPrefix("pci-") || text.hasPrefix("platform-")
  }
}
