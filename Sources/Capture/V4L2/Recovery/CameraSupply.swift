import Synchronization

/// Opens a camera again and again: finds it under another number, and knows when a new attempt is worth while.
///
///     let supply = CameraSupply(V4L2Request(device: "/dev/video0"))
///     let camera = try supply.open(stop: stop)       // on failure:
///     supply.wait(for: [stop.fileDescriptor], until: .now.advanced(byNanoseconds: 5_000_000_000))
///
/// A camera that was named by its number is looked for by its model, serial number and socket once it was open;
/// another camera under that number is taken only when the right one has been away for a while. One that was named by
/// a stable link is the one that the link leads to.
public final class CameraSupply: Sendable {
  private struct State {
    var request: V4L2Request
    var known: CameraIdentity?
    /// Since when it is being looked for; nil while it is open.
    var awaySince: MonotonicTime?
    var lastAttempt: MonotonicTime?
    /// Whether the wait before the attempt ended because the camera's holder closed it.
    var followsClosing = false
    /// So many attempts in a row that a closing brought about found the camera busy as before.
    var vainAttempts = 0
  }

  private let state: Mutex<State>
  private let watch: Mutex<DeviceWatch>
  private let makeKernel: @Sendable () -> any V4L2Kernel
  private let deviceRoot: String
  private let systemRoot: String

  /// For so long another camera in the place of the right one is not taken.
  static let patienceNanoseconds: UInt64 = 10_000_000_000
  /// Between two attempts at least: somebody may change permissions in /dev without end.
  private static let shortestPauseNanoseconds: UInt64 = 100_000_000
  /// Doublings of that pause at most, where two that wait for one camera wake each other by their attempts.
  private static let vainAttemptLimit = 5

  /// A supply of one camera, which need not be there.
  public convenience init(_ request: V4L2Request) {
    self.init(request, deviceRoot: "/dev", systemRoot: "/sys") { SystemKernel() }
  }

  init(
    _ request: V4L2Request, deviceRoot: String, systemRoot: String,
    makeKernel: @escaping @Sendable () -> any V4L2Kernel
  ) {
    self.deviceRoot = deviceRoot
    self.systemRoot = systemRoot
    self.makeKernel = makeKernel
    state = Mutex(State(request: request))
    watch = Mutex(DeviceWatch(root: deviceRoot))
  }

  /// What the camera is asked for.
  public var request: V4L2Request { state.withLock { $0.request } }

  /// Asks for something else from the next opening on. Another device's name forgets which camera it was.
  public func ask(for request: V4L2Request) {
    state.withLock { state in
      if state.request.device != request.device { state.known = nil }
      state.request = request
    }
  }

  /// Finds the camera, opens it, agrees with it on everything anew and starts it.
  ///
  /// - Throws: ``CaptureError``; see ``V4L2Camera/init(_:stop:)``.
  public func open(stop: StopSignal) throws(CaptureError) -> V4L2Camera {
    watch.withLock { $0.begin() }
    let kernel = makeKernel()
    let now = kernel.now
    let (request, known, awaySince) = state.withLock { state in
      state.lastAttempt = now
      state.awaySince = state.awaySince ?? now
      return (state.request, state.known, state.awaySince ?? now)
    }
    let locator = CameraLocator(
      kernel: kernel, directory: DeviceDirectory(root: deviceRoot),
      system: SystemDeviceFiles(root: systemRoot))
    let node = try locator.node(
      of: request.device, known: known,
      takesOthers: now.nanoseconds(since: awaySince) >= Self.patienceNanoseconds)
    do throws(CaptureError) {
      let camera = try V4L2Camera(
        request, stop: stop, kernel: kernel, directory: locator.directory, node: node)
      let identity = locator.lastingIdentity(camera.capability, node: node)
      state.withLock { state in
        state.known = identity
        state.awaySince = nil
        state.vainAttempts = 0
      }
      return camera
    } catch {
      if case .deviceBusy = error {
        watch.withLock { $0.watchForClosing(of: node) }
        state.withLock { if $0.followsClosing { $0.vainAttempts += 1 } }
      } else {
        state.withLock { $0.vainAttempts = 0 }
      }
      throw error
    }
  }

  /// Waits until a camera came or became free, one of the descriptors is readable, or the deadline.
  ///
  /// - Returns: Whether something happened to cameras, so that the next attempt is no mere hope.
  public func wait(for descriptors: [Int32], until deadline: MonotonicTime) -> Bool {
    rememberNeighbours()
    let watched = watch.withLock { $0.fileDescriptor }
    let (lastAttempt, vainAttempts) = state.withLock { state in
      state.followsClosing = false
      return (state.lastAttempt, state.vainAttempts)
    }
    if let lastAttempt {
      let pause = Self.shortestPauseNanoseconds << UInt64(min(vainAttempts, Self.vainAttemptLimit))
      let earliest = min(lastAttempt.advanced(byNanoseconds: pause), deadline)
      if !DescriptorWait.wait(for: descriptors, until: earliest).isEmpty { return false }
    }
    while true {
      let ready = DescriptorWait.wait(for: descriptors + [watched], until: deadline)
      if ready.isEmpty || ready.contains(where: { $0 < descriptors.count }) { return false }
      switch watch.withLock({ $0.news() }) {
      case .none: continue
      case .closing:
        state.withLock { $0.followsClosing = true }
        return true
      case .cameras: return true
      }
    }
  }

  /// Who is there when the camera fails is not the camera, however like it is.
  private func rememberNeighbours() {
    guard let known = state.withLock({ $0.awaySince == nil ? $0.known : nil }) else { return }
    let locator = CameraLocator(
      kernel: makeKernel(), directory: DeviceDirectory(root: deviceRoot),
      system: SystemDeviceFiles(root: systemRoot))
    let neighbours = locator.neighbours(of: known)
    state.withLock { state in
      if state.known == known { state.known?.neighbours = neighbours }
    }
  }
}
