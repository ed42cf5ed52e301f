import Foundation
import Imaging
import Testing

@testable import Capture

@Suite struct StandardInputSourceTests {
  /// A pipe into which a thread writes bytes, and then closes it.
  private final class Input {
    let descriptor: Int32
    private let pipe = Pipe()

    init(_ bytes: [UInt8]) {
      descriptor = pipe.fileHandleForReading.fileDescriptor
      let end = dup(pipe.fileHandleForWriting.fileDescriptor)
      try? pipe.fileHandleForWriting.close()
      let thread = Thread {
        var rest = bytes[...]
        while !rest.isEmpty {
          let count = rest.withUnsafeBytes { write(end, $0.baseAddress, $0.count) }
          guard count > 0 else { break }
          rest = rest.dropFirst(count)
        }
        close(end)
      }
      thread.start()
    }
  }

  /// All frames and drops until the end.
  private func play(_ bytes: [UInt8], format: StandardInputSource.Format = .detected) throws -> (
    [Frame], UInt64
  ) {
    let input = Input(bytes)
    let source = try StandardInputSource(format: format, descriptor: input.descriptor, stop: StopSignal())
    var frames: [Frame] = []
    var dropped: UInt64 = 0
    while true {
      switch try source.next() {
      case .frame(let frame): frames.append(frame)
      case .dropped(_, let count): dropped += count
      case .idle: break
      case .end: return (frames, dropped)
      }
    }
  }

  @Test func motionJPEGIsRecognised() throws {
    let scene = try DemoScene(width: 320, height: 240)
    let encoder = try JPEGEncoder()
    let jpegs = try (0..<20).map { try encoder.encode(scene.picture(atSeconds: Double($0)), quality: 90) }
    let (frames, dropped) = try play(jpegs.flatMap { Array("--frame\r\n\r\n".utf8) + $0 })
    #expect(dropped == 0)
    #expect(frames.map(\.sequence) == Array(0..<20))
    #expect(frames.allSatisfy { $0.presentationNanoseconds == nil })
    let payloads = frames.compactMap { if case .jpeg(let bytes) = $0.payload { bytes } else { nil } }
    #expect(payloads == jpegs)
  }

  @Test func framesWithoutEndMarkersAreTaken() throws {
    let scene = try DemoScene(width: 320, height: 240)
    let encoder = try JPEGEncoder()
    let jpegs = try (0..<5).map { try encoder.encode(scene.picture(atSeconds: Double($0)), quality: 90) }
    let (frames, dropped) = try play(jpegs.flatMap { $0.dropLast(2) })
    #expect(frames.map(\.lacksEnd) == [true, true, true, true])
    let payloads = frames.compactMap { if case .jpeg(let bytes) = $0.payload { bytes } else { nil } }
    #expect(payloads == Array(jpegs.dropLast()))
    // More of the last one may have been to come.
    #expect(dropped == 1)
  }

  @Test func y4mIsRecognised() throws {
    let stream =
      Array("YUV4MPEG2 W16 H8 F25:1 Cmono XCOLORRANGE=FULL\n".utf8)
      + (0..<3).flatMap { Array("FRAME\n".utf8) + [UInt8](repeating: UInt8($0), count: 128) }
    let (frames, _) = try play(stream)
    let lumas = frames.compactMap {
      if case .picture(let picture) = $0.payload { picture.luma(x: 3, y: 3) } else { nil }
    }
    #expect(lumas == [0, 1, 2])
  }

  @Test func rawFramesAreCut() throws {
    let raw = RawStreamFormat(pixelFormat: .grey, width: 5, height: 3, range: .full)
    let (frames, dropped) = try play(Array(0..<47), format: .raw(raw))
    let samples = frames.compactMap {
      if case .picture(let picture) = $0.payload { picture.samples } else { nil }
    }
    #expect(samples == [Array(0..<15), Array(15..<30), Array(30..<45)])
    #expect(dropped == 1)
  }

  @Test func rawFramesOfNoSizeAreRefused() {
    let raw = RawStreamFormat(pixelFormat: .rgb24, width: 1 << 40, height: 1 << 40)
    #expect(throws: CaptureError.self) { try StandardInputSource(format: .raw(raw), stop: StopSignal()) }
  }

  @Test(arguments: [[], Array("hello".utf8), Array("YUV4".utf8), Array("YUV4MPEG2 W2 H2\n".utf8)])
  func inputWithoutFramesIsAnError(bytes: [UInt8]) {
    #expect(throws: CaptureError.self) { try play(bytes) }
  }

  @Test func stopSignalEndsTheWait() throws {
    let pipe = Pipe()
    let stop = StopSignal()
    let source = try StandardInputSource(descriptor: pipe.fileHandleForReading.fileDescriptor, stop: stop)
    let raiser = Thread { stop.raise() }
    raiser.start()
    var isEnded = false
    while !isEnded {
      switch try source.next() {
      case .end: isEnded = true
      case .idle: break
      case .frame, .dropped: Issue.record("nothing was written")
      }
    }
    #expect(stop.isRaised)
  }
}
