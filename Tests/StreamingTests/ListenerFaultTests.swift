import Capture
import Glibc
import Pipeline
import Synchronization
import TestSupport
import Testing

@testable import Streaming

/// What goes wrong with the sockets that a server listens on.
@Suite(.timeLimit(.minutes(10)))
struct ListenerFaultTests {
  private final class Told: Sendable {
    private let state = Mutex<[ListenerFault]>([])

    var faults: [ListenerFault] { state.withLock { $0 } }

    func add(_ fault: ListenerFault) { state.withLock { $0.append(fault) } }
  }

  private func seconds(_ count: UInt64) -> MonotonicTime {
    MonotonicTime(nanoseconds: (1000 + count) * 1_000_000_000)
  }

  @Test func eachKindOfFailureIsCountedAndToldOnceAMinute() {
    let told = Told()
    let measures = StreamingMeasures()
    let watch = ListenerWatch(measures: measures) { told.add($0) }
    for second in 0..<60 { watch.acceptFailed(errno: EMFILE, now: seconds(UInt64(second))) }
    #expect(told.faults == [.cannotAccept(errno: EMFILE)])
    watch.acceptFailed(errno: ENFILE, now: seconds(60))
    watch.acceptFailed(errno: EMFILE, now: seconds(60))
    #expect(told.faults.count == 3)
    #expect(measures.figures.acceptFailures == 62)
    #expect(ListenerFault.cannotAccept(errno: EMFILE).description.contains("LimitNOFILE="))
  }

  @Test func aServerThatDoesNotListenAnyMoreSaysSo() async throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, size) }
    }
    #expect(status == 0)
    #expect(listen(listener, 8) == 0)
    // The server closes its own.
    let same = dup(listener)
    defer { close(same) }
    let told = Told()
    let server = HTTPServer(
      context: StreamingContext(frames: FrameHub(), labels: LabelHub(), status: { PipelineStatus() }),
      whenFaulty: { told.add($0) })
    try await server.start(at: [.inherited(descriptor: listener)])
    shutdown(same, Int32(SHUT_RDWR))
    try await wait { told.faults.contains(.closed) }
    await server.stop()
  }

  @Test func aServerThatIsStoppedIsNotFaulty() async throws {
    let told = Told()
    let server = HTTPServer(
      context: StreamingContext(frames: FrameHub(), labels: LabelHub(), status: { PipelineStatus() }),
      whenFaulty: { told.add($0) })
    try await server.start(at: ListenAddress("127.0.0.1:0"))
    await server.stop()
    #expect(told.faults == [])
  }
}
