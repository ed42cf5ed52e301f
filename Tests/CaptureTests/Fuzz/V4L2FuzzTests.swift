import CV4L2
import Glibc
import Imaging
import Testing

@testable import Capture

/// Cameras of a kernel that answers anything. Run long with `scripts/fuzz SECONDS V4L2`.
@Suite struct V4L2FuzzTests {
  /// More calls than this for an opening and some frames are an endless loop.
  private static let callLimit = 2_000_000

  /// Seeds that found something.
  private static let findings: [UInt64] = [
    // The product of a requested width and height was more than an Int holds.
    1_795_382_622_001_329
  ]

  @Test func fuzzV4L2() throws {
    let jpegs = FuzzCorpus.jpegs.map(\.bytes)
    let stop = StopSignal()
    var outcomes = (frames: 0, drops: 0, errors: 0)
    FuzzCampaign.run(rounds: 300, findings: Self.findings) { seed in
      let kernel = ChaosKernel(seed: seed, jpegs: jpegs)
      do throws(CaptureError) {
        try Self.watch(kernel, seed: seed, stop: stop, &outcomes)
      } catch {
        #expect(!error.description.isEmpty)
        outcomes.errors += 1
      }
      let list = CameraEnumerator(
        kernel: kernel, directory: DeviceDirectory(root: "/dev"),
        holders: DeviceHolders(processDirectory: "/nonexistent")
      ).list()
      #expect(!list.text.isEmpty)
      #expect(kernel.isEverythingReleased, "seed \(seed)")
      #expect(kernel.violations.isEmpty, "seed \(seed): \(kernel.violations)")
      #expect(kernel.callCount < Self.callLimit, "seed \(seed)")
    }
    #expect(outcomes.frames > 0 && outcomes.drops > 0 && outcomes.errors > 0)
  }

  private static func watch(
    _ kernel: ChaosKernel, seed: UInt64, stop: StopSignal,
    _ outcomes: inout (frames: Int, drops: Int, errors: Int)
  ) throws(CaptureError) {
    var random = FuzzRandom(seed: ~seed)
    var request = V4L2Request(device: "/nonexistent/video0")
    if random.chance(500) { request.format = random.pick(CameraPixelFormat.all) }
    request.width = Int(random.number())
    request.height = Int(random.number())
    request.framesPerSecond = random.pick([0, -1, .nan, .infinity, 30, 1e300])
    request.bufferCount = random.pick([Int.min, -1, 0, 1, 4, 32, Int.max])
    request.stallLimitSeconds = random.pick([-1, 0, 2, 10, .nan, .infinity])
    if random.chance(300) {
      request.controls = [
        CameraControlSetting(name: "brightness", value: random.pick(["1", "true", "default", "x"]))
      ]
    }
    let camera = try V4L2Camera(
      request, stop: stop, kernel: kernel, directory: DeviceDirectory(root: "/nonexistent"),
      holders: DeviceHolders(processDirectory: "/nonexistent"))
    #expect(!camera.description.isEmpty)
    for _ in 0..<40 {
      switch try camera.next() {
      case .frame(let frame):
        outcomes.frames += 1
        if case .picture(let picture) = frame.payload { #expect(picture.width > 0 && picture.height > 0) }
        #expect(frame.capturedAt <= kernel.now)
      case .dropped(_, let count):
        outcomes.drops += 1
        #expect(count > 0)
      case .idle: break
      case .end: return
      }
    }
  }
}
