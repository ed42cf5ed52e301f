import NIOCore
import NIOHTTP1

/// One client that watches the stream. Used on its connection's event loop.
final class MJPEGViewer: StreamingResponse {
  private let stream: MJPEGStream
  private let branch: MJPEGBranch
  private weak var connection: (any StreamConnection)?
  /// The branch's count of the part that was sent last.
  private var shownGeneration: UInt64 = 0
  private var lastWrite = NIODeadline.now()
  private var isAdmitted = false

  init(stream: MJPEGStream, branch: MJPEGBranch) {
    self.stream = stream
    self.branch = branch
  }

  let headers: HTTPHeaders = [
    "Content-Type": MultipartFrame.contentType,
    // For the caches and proxies that know no better: nginx would collect the stream before it passes it on.
    "Pragma": "no-cache",
    "Expires": "Thu, 01 Jan 1970 00:00:00 GMT",
    "X-Accel-Buffering": "no",
  ]

  func begin(on connection: any StreamConnection) {
    self.connection = connection
    send(MultipartFrame.opening)
    // The client may have been found gone by now.
    guard self.connection != nil else { return }
    isAdmitted = true
    stream.admit(self, to: branch)
  }

  func connectionBecameWritable() {
    if isAdmitted { branch.showNewest(to: self) }
  }

  func connectionClosed() {
    connection = nil
    if isAdmitted { stream.dismiss(self, from: branch) }
    isAdmitted = false
  }

  /// Sends a part unless it was sent before or the client still takes an earlier one.
  func show(_ part: MultipartFrame, generation: UInt64) {
    guard generation != shownGeneration, let connection, connection.isWritable else { return }
    shownGeneration = generation
    send(part.bytes)
  }

  /// Gives up a client that takes nothing, and sends one that had nothing for a while the newest part again.
  func lookAfter(
    now: NIODeadline, newest: MultipartFrame?, repeatInterval: TimeAmount, sendTimeout: TimeAmount
  ) {
    guard let connection else { return }
    if !connection.isWritable {
      if now - lastWrite >= sendTimeout { connection.close() }
    } else if let newest, now - lastWrite >= repeatInterval {
      send(newest.bytes)
    }
  }

  private func send(_ bytes: ByteBuffer) {
    lastWrite = .now()
    connection?.write(bytes)
  }
}
