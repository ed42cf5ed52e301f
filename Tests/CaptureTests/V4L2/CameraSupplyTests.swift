import CV4L2
import Foundation
import Testing

@testable import Capture

/// A camera that goes away and comes back, in every way in which cameras do.
@Suite struct CameraSupplyTests {
  private let stop = StopSignal()

  /// Opens the camera, takes a frame and gives the node that it was found at.
  private func nodeInUse(_ supply: CameraSupply, _ tree: FakeDeviceTree) throws -> String {
    let camera = try supply.open(stop: stop)
    tree.kernel.happenings = [.deliver([CameraFixture.frame(sequence: 0)])]
    _ = try CameraFixture.eventsToFrame(camera)
    return try #require(tree.kernel.lastStarted)
  }

  // MARK: Names

  @Test func aNumberedCameraIsFollowedToItsNewNumber() throws {
    let tree = try FakeDeviceTree()
    try tree.plugIn(.init(serial: "A1"), as: 0)
    let supply = tree.supply(tree.node(0))
    #expect(try nodeInUse(supply, tree) == tree.node(0))
    try tree.pullOut(0)
    #expect(throws: CaptureError.notFound(path: tree.node(0))) { try supply.open(stop: stop) }
    try tree.plugIn(.init(serial: "A1"), as: 2)
    let camera = try supply.open(stop: stop)
    #expect(camera.description.contains("found as \(tree.node(2))"))
  }

  @Test func anotherCameraInItsPlaceIsTakenOnlyAfterAWhile() throws {
    let tree = try FakeDeviceTree()
    try tree.plugIn(.init(serial: "A1"), as: 0)
    let supply = tree.supply(tree.node(0))
    _ = try nodeInUse(supply, tree)
    try tree.pullOut(0)
    try tree.plugIn(.init(card: "Other", bus: "usb-2", model: ("1234", "5678")), as: 0)
    let different = CaptureError.differentCamera(
      path: tree.node(0), found: "Other at usb-2", wanted: "Test Camera from usb-1")
    #expect(throws: different) { try supply.open(stop: stop) }
    tree.kernel.pass(seconds: 9)
    #expect(throws: different) { try supply.open(stop: stop) }
    tree.kernel.pass(seconds: 1)
    #expect(try nodeInUse(supply, tree) == tree.node(0))
    // It is the known one from now on.
    try tree.plugIn(.init(serial: "A1"), as: 1)
    #expect(try nodeInUse(supply, tree) == tree.node(0))
  }

  @Test func ofTwoOfAModelTheOneWithTheSerialNumberIsTaken() throws {
    let tree = try FakeDeviceTree()
    try tree.plugIn(.init(bus: "usb-1", serial: "A1"), as: 0)
    let supply = tree.supply(tree.node(0))
    _ = try nodeInUse(supply, tree)
    try tree.pullOut(0)
    // They have changed sockets.
    try tree.plugIn(.init(bus: "usb-1", serial: "B2"), as: 0)
    try tree.plugIn(.init(bus: "usb-3", serial: "A1"), as: 5)
    #expect(try nodeInUse(supply, tree) == tree.node(5))
  }

  @Test func ofTwoThatShareASerialNumberTheOneInTheSocketIsTaken() throws {
    let tree = try FakeDeviceTree()
    try tree.plugIn(.init(bus: "usb-1", serial: "SN0001"), as: 0)
    let supply = tree.supply(tree.node(0))
    _ = try nodeInUse(supply, tree)
    try tree.pullOut(0)
    try tree.plugIn(.init(bus: "usb-3", serial: "SN0001"), as: 0)
    try tree.plugIn(.init(bus: "usb-1", serial: "SN0001"), as: 1)
    #expect(try nodeInUse(supply, tree) == tree.node(1))
  }

  @Test func withoutSerialNumbersACameraInAFreeSocketIsTakenAndANeighbourIsNot() throws {
    let tree = try FakeDeviceTree()
    try tree.plugIn(.init(bus: "usb-1"), as: 0)
    try tree.plugIn(.init(bus: "usb-2"), as: 1)
    let supply = tree.supply(tree.node(0))
    _ = try nodeInUse(supply, tree)
    try tree.pullOut(0)
    #expect(throws: CaptureError.notFound(path: tree.node(0))) { try supply.open(stop: stop) }
    try tree.plugIn(.init(bus: "usb-3"), as: 4)
    #expect(try nodeInUse(supply, tree) == tree.node(4))
  }

  @Test func aNeighbourWithTheSameSerialNumberIsNotTaken() throws {
    let tree = try FakeDeviceTree()
    try tree.plugIn(.init(bus: "usb-1", serial: "SN0001"), as: 0)
    try tree.plugIn(.init(bus: "usb-2", serial: "SN0001"), as: 1)
    let supply = tree.supply(tree.node(0))
    _ = try nodeInUse(supply, tree)
    try tree.pullOut(0)
    #expect(throws: CaptureError.notFound(path: tree.node(0))) { try supply.open(stop: stop) }
  }

  @Test func twoThatAreToldApartMayChangeSockets() throws {
    let tree = try FakeDeviceTree()
    try tree.plugIn(.init(bus: "usb-1", serial: "A1"), as: 0)
    try tree.plugIn(.init(bus: "usb-2", serial: "B2"), as: 1)
    let supply = tree.supply(tree.node(0))
    _ = try nodeInUse(supply, tree)
    try tree.pullOut(0)
    try tree.pullOut(1)
    try tree.plugIn(.init(bus: "usb-1", serial: "B2"), as: 0)
    try tree.plugIn(.init(bus: "usb-2", serial: "A1"), as: 1)
    #expect(try nodeInUse(supply, tree) == tree.node(1))
  }

  @Test func whoCameBeforeTheFailureIsANeighbour() throws {
    let tree = try FakeDeviceTree()
    try tree.plugIn(.init(bus: "usb-1"), as: 0)
    let supply = tree.supply(tree.node(0))
    _ = try nodeInUse(supply, tree)
    try tree.plugIn(.init(bus: "usb-2"), as: 1)
    try tree.pullOut(0)
    // As the capture loop does after a failure.
    _ = supply.wait(for: [stop.fileDescriptor], until: .now)
    #expect(throws: CaptureError.notFound(path: tree.node(0))) { try supply.open(stop: stop) }
    // One that comes now may be it, in another socket.
    try tree.plugIn(.init(bus: "usb-3"), as: 2)
    #expect(try nodeInUse(supply, tree) == tree.node(2))
  }

  @Test func aStableLinkIsFollowedWhereverItLeads() throws {
    let tree = try FakeDeviceTree()
    try tree.plugIn(.init(serial: "A1"), as: 0)
    try tree.link("by-id", "usb-Test-index0", to: 0)
    let link = "\(tree.devices)/v4l/by-id/usb-Test-index0"
    for name in [link, "usb-Test-index0"] {
      let supply = tree.supply(name)
      try tree.link("by-id", "usb-Test-index0", to: 0)
      #expect(try nodeInUse(supply, tree) == tree.node(0))
      try tree.plugIn(.init(card: "Other", bus: "usb-7", model: ("1", "2")), as: 3)
      try tree.link("by-id", "usb-Test-index0", to: 3)
      #expect(try nodeInUse(supply, tree) == tree.node(3))
    }
  }

  @Test func aSocketIsANameToo() throws {
    let tree = try FakeDeviceTree()
    try tree.plugIn(.init(bus: "usb-0000:00:14.0-1"), as: 0)
    try tree.plugIn(.init(bus: "usb-0000:00:14.0-2"), as: 4)
    let supply = tree.supply("usb-0000:00:14.0-2")
    #expect(try nodeInUse(supply, tree) == tree.node(4))
    try tree.pullOut(4)
    #expect(throws: CaptureError.self) { try supply.open(stop: stop) }
    try tree.plugIn(.init(bus: "usb-0000:00:14.0-2"), as: 1)
    #expect(try nodeInUse(supply, tree) == tree.node(1))
  }

  // MARK: Faults

  /// Every fault of a camera in use: the error that it becomes.
  private static let faults: [(name: String, cause: @Sendable (FakeKernel) -> Void, error: CaptureError)] = [
    ("pulled out", { $0.happenings = [.answer(.gone)] }, .deviceLost(path: "P")),
    (
      "pulled out, told by the call",
      {
        $0.failures["VIDIOC_DQBUF"] = [ENODEV]
        $0.happenings = [.answer(.readable)]
      }, .deviceLost(path: "P")
    ),
    (
      "stream broken", { $0.happenings = [.answer(.broken)] },
      .systemCall(name: "poll", path: "P", errno: EIO)
    ),
    (
      "stream broken, told by the call",
      {
        $0.failures["VIDIOC_DQBUF"] = [EIO]
        $0.happenings = [.answer(.readable)]
      }, .systemCall(name: "VIDIOC_DQBUF", path: "P", errno: EIO)
    ),
    (
      "buffer refused",
      {
        $0.failures["VIDIOC_QBUF"] = [EINVAL]
        $0.happenings = [.deliver([CameraFixture.frame(sequence: 1)])]
      }, .systemCall(name: "VIDIOC_QBUF", path: "P", errno: EINVAL)
    ),
    ("frozen", { _ in }, .stalled(path: "P", seconds: 10)),
    (
      "format changed",
      {
        $0.events = [true]
        $0.happenings = [.answer(.event)]
      }, .formatChanged(path: "P")
    ),
  ]

  @Test(arguments: faults.indices) func everyFaultOfAStreamIsFollowedByANewAgreement(index: Int) throws {
    let (name, cause, expected) = Self.faults[index]
    let tree = try FakeDeviceTree()
    try tree.plugIn(.init(), as: 0)
    let supply = tree.supply(tree.node(0))
    do {
      let camera = try supply.open(stop: stop)
      tree.kernel.happenings = [.deliver([CameraFixture.frame(sequence: 0)])]
      _ = try CameraFixture.eventsToFrame(camera)
      cause(tree.kernel)
      let error = #expect(throws: CaptureError.self, "\(name)") {
        for _ in 0..<100 { _ = try camera.next() }
      }
      #expect(
        error?.description == expected.description.replacing("P:", with: "\(tree.node(0)):"), "\(name)")
    }
    #expect(tree.kernel.isEverythingReleased, "\(name)")
    let formats = tree.kernel.count(of: "VIDIOC_S_FMT")
    // It comes back with other sizes: nothing of the first agreement may be left.
    var changed = tree.kernel.camera
    changed.formats = [.init(fourCC: FourCC("GREY"), sizes: [.init(8, 6, framesPerSecond: [15])])]
    changed.bufferLength = 48
    tree.kernel.nodes[tree.node(0)] = changed
    tree.kernel.happenings = [
      .deliver([FakeKernel.Delivery(bytes: [UInt8](repeating: 9, count: 48), sequence: 0)])
    ]
    let camera = try supply.open(stop: stop)
    #expect(camera.description.contains("8x6 GREY at 15 fps"), "\(name): \(camera.description)")
    guard case .picture(let picture) = try CameraFixture.eventsToFrame(camera).frame.payload else {
      Issue.record("\(name): no picture")
      return
    }
    #expect((picture.width, picture.height) == (8, 6))
    #expect(tree.kernel.count(of: "VIDIOC_S_FMT") > formats, "\(name)")
    #expect(tree.kernel.violations.isEmpty, "\(name): \(tree.kernel.violations)")
  }

  @Test(arguments: [
    ("VIDIOC_REQBUFS", EINVAL), ("VIDIOC_REQBUFS", EBUSY), ("VIDIOC_STREAMON", EINVAL),
    ("VIDIOC_STREAMON", EIO),
    ("VIDIOC_QBUF", EINVAL), ("VIDIOC_S_FMT", EBUSY), ("mmap", ENOMEM), ("open", EACCES), ("open", EBUSY),
    ("VIDIOC_QUERYCAP", EIO), ("VIDIOC_SUBSCRIBE_EVENT", ENODEV),
  ])
  func everyFaultOfAStartIsGivenBackAndTriedAgain(call: String, number: Int32) throws {
    let tree = try FakeDeviceTree()
    try tree.plugIn(.init(), as: 0)
    let supply = tree.supply(tree.node(0))
    tree.kernel.failures[call] = [number]
    #expect(throws: CaptureError.self) { try supply.open(stop: stop) }
    #expect(tree.kernel.isEverythingReleased)
    #expect(try nodeInUse(supply, tree) == tree.node(0))
    #expect(tree.kernel.violations.isEmpty)
  }

  @Test func newWishesHoldFromTheNextOpening() throws {
    let tree = try FakeDeviceTree()
    tree.kernel.camera.formats = [
      .init(
        fourCC: FourCC("YUYV"),
        sizes: [.init(4, 2, framesPerSecond: [30]), .init(8, 4, framesPerSecond: [30])])
    ]
    tree.kernel.camera.bufferLength = 64
    try tree.plugIn(.init(), as: 0)
    let supply = tree.supply(tree.node(0))
    #expect(try supply.open(stop: stop).description.contains("8x4"))
    supply.ask(for: V4L2Request(device: tree.node(0), width: 4, height: 2))
    #expect(try supply.open(stop: stop).description.contains("4x2"))
  }

  // MARK: Waiting

  private static let far = MonotonicTime.now.advanced(byNanoseconds: 3_600_000_000_000)

  @Test func aCameraThatComesEndsTheWait() throws {
    let tree = try FakeDeviceTree()
    let supply = tree.supply(tree.node(0))
    #expect(throws: CaptureError.notFound(path: tree.node(0))) { try supply.open(stop: stop) }
    try tree.plugIn(.init(), as: 0)
    #expect(supply.wait(for: [stop.fileDescriptor], until: Self.far))
    #expect(try nodeInUse(supply, tree) == tree.node(0))
  }

  @Test func aLinkInAFolderThatWasNotThereEndsTheWait() throws {
    let tree = try FakeDeviceTree()
    try tree.plugIn(.init(), as: 0)
    let supply = tree.supply("\(tree.devices)/v4l/by-id/usb-Test-index0")
    #expect(throws: CaptureError.self) { try supply.open(stop: stop) }
    try FileManager.default.createDirectory(
      atPath: "\(tree.devices)/v4l/by-id", withIntermediateDirectories: true)
    #expect(supply.wait(for: [stop.fileDescriptor], until: Self.far))
    #expect(throws: CaptureError.self) { try supply.open(stop: stop) }
    try tree.link("by-id", "usb-Test-index0", to: 0)
    #expect(supply.wait(for: [stop.fileDescriptor], until: Self.far))
    #expect(try nodeInUse(supply, tree) == tree.node(0))
  }

  @Test func permissionsThatChangeEndTheWait() throws {
    let tree = try FakeDeviceTree()
    try tree.plugIn(.init(), as: 0)
    let supply = tree.supply(tree.node(0))
    tree.kernel.failures["open"] = [EACCES]
    #expect(throws: CaptureError.notPermitted(path: tree.node(0))) { try supply.open(stop: stop) }
    try FileManager.default.setAttributes([.posixPermissions: 0o660], ofItemAtPath: tree.node(0))
    #expect(supply.wait(for: [stop.fileDescriptor], until: Self.far))
  }

  @Test func aHolderThatLetsGoEndsTheWait() throws {
    let tree = try FakeDeviceTree()
    try tree.plugIn(.init(), as: 0)
    let holder = try FileHandle(forReadingFrom: URL(filePath: tree.node(0)))
    let supply = tree.supply(tree.node(0))
    tree.kernel.failures["VIDIOC_STREAMON"] = [EBUSY]
    let error = #expect(throws: CaptureError.self) { try supply.open(stop: stop) }
    guard case .deviceBusy = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    try holder.close()
    #expect(supply.wait(for: [stop.fileDescriptor], until: Self.far))
  }

  @Test func aClosingIsLessThanACamera() throws {
    let tree = try FakeDeviceTree()
    try tree.plugIn(.init(), as: 0)
    let watch = DeviceWatch(root: tree.devices)
    watch.begin()
    #expect(watch.news() == .none)
    watch.watchForClosing(of: tree.node(0))
    try FileHandle(forReadingFrom: URL(filePath: tree.node(0))).close()
    #expect(watch.news() == .closing)
    try FileHandle(forReadingFrom: URL(filePath: tree.node(0))).close()
    try tree.plugIn(.init(bus: "usb-2"), as: 1)
    #expect(watch.news() == .cameras)
  }

  @Test func otherDevicesAndTheDeadlineDoNot() throws {
    let tree = try FakeDeviceTree()
    let supply = tree.supply(tree.node(0))
    #expect(throws: CaptureError.self) { try supply.open(stop: stop) }
    #expect(FileManager.default.createFile(atPath: "\(tree.devices)/tty7", contents: nil))
    #expect(!supply.wait(for: [stop.fileDescriptor], until: .now.advanced(byNanoseconds: 1_000_000)))
    stop.raise()
    #expect(!supply.wait(for: [stop.fileDescriptor], until: Self.far))
  }
}
