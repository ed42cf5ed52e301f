import CV4L2
import Glibc
import Testing

@testable import Capture

@Suite struct CameraControlTests {
  private static func camera() -> FakeCamera {
    var camera = CameraFixture.smallCamera()
    camera.controls = [
      FakeCamera.control(1, "User Controls", type: cv4l2_control_type_class),
      FakeCamera.control(10, "Brightness", type: cv4l2_control_type_integer, -64...64, defaultValue: 3),
      FakeCamera.control(
        11, "White Balance, Automatic", type: cv4l2_control_type_boolean, 0...1, defaultValue: 1),
      FakeCamera.control(12, "Auto Exposure", type: cv4l2_control_type_menu, 0...3, defaultValue: 3),
      FakeCamera.control(13, "Power Line", type: cv4l2_control_type_integer_menu, 0...1, defaultValue: 0),
      FakeCamera.control(14, "Pan, Reset", type: cv4l2_control_type_button, 0...0),
      FakeCamera.control(15, "Mask", type: cv4l2_control_type_bitmask, 0...0x81),
      FakeCamera.control(16, "Distance", type: cv4l2_control_type_integer64, 0...Int64.max, defaultValue: 7),
      FakeCamera.control(17, "Matrix", type: cv4l2_control_type_integer, elements: 9),
      FakeCamera.control(
        18, "Temperature", type: cv4l2_control_type_integer, flags: cv4l2_control_flag_read_only),
      FakeCamera.control(19, "Gone", type: cv4l2_control_type_integer, flags: cv4l2_control_flag_disabled),
    ]
    camera.menus = [12: [1: "Manual Mode", 3: "Aperture Priority Mode"], 13: [0: "50", 1: "60"]]
    return camera
  }

  private static func open(_ kernel: FakeKernel, _ name: String, _ value: String) throws {
    var request = V4L2Request(device: "/dev/video0")
    request.controls = [CameraControlSetting(name: name, value: value)]
    _ = try CameraFixture.open(kernel, request)
  }

  @Test(
    arguments: [
      ("brightness", "-64", 10, -64), ("Brightness", "default", 10, 3), ("brightness", "0x10", 10, 16),
      ("white_balance_automatic", "false", 11, 0), ("white-balance automatic", "On", 11, 1),
      ("auto_exposure", "1", 12, 1), ("auto_exposure", "aperture priority mode", 12, 3),
      ("auto_exposure", "manual_mode", 12, 1), ("auto_exposure", "default", 12, 3),
      ("power_line", "1", 13, 1),
      ("pan_reset", "", 14, 1), ("mask", "0x81", 15, 0x81), ("distance", "5000000000", 16, 5_000_000_000),
    ] as [(String, String, UInt32, Int64)])
  func aControlIsSet(name: String, value: String, identifier: UInt32, expected: Int64) throws {
    let kernel = FakeKernel(Self.camera())
    try Self.open(kernel, name, value)
    #expect(kernel.setControls == [identifier: expected])
  }

  @Test(arguments: [
    ("brightness", "65", "-64 to 64"), ("brightness", "bright", "default 3"),
    ("brightness", "1.5", "-64 to 64"),
    ("white_balance_automatic", "2", "true or false"),
    ("auto_exposure", "2", "1 (Manual Mode), 3 (Aperture Priority Mode)"),
    ("power_line", "50", "0 (50), 1 (60)"), ("mask", "2", "0x81"), ("matrix", "1", "cannot be set here"),
    ("temperature", "1", "read only"), ("gone", "1", "there are brightness, white_balance_automatic"),
    ("contrast", "1", "no such control; there are brightness"), ("", "1", "no such control"),
    ("brightness", "99999999999999999999", "-64 to 64"),
  ])
  func anImpossibleSettingSaysWhatIsPossible(name: String, value: String, words: String) {
    let kernel = FakeKernel(Self.camera())
    #expect {
      try Self.open(kernel, name, value)
    } throws: { error in
      guard case CaptureError.control(name, "/dev/video0", let reason) = error else { return false }
      return reason.contains(words)
    }
    #expect(kernel.setControls.isEmpty)
    #expect(kernel.isEverythingReleased)
  }

  @Test func oldDriversAreAskedByTheOldCalls() throws {
    let kernel = FakeKernel(Self.camera())
    kernel.permanentFailures = ["VIDIOC_QUERY_EXT_CTRL": ENOTTY, "VIDIOC_S_EXT_CTRLS": ENOTTY]
    try Self.open(kernel, "brightness", "5")
    #expect(kernel.setControls == [10: 5])
    #expect(kernel.count(of: "VIDIOC_S_CTRL") == 1)
  }

  @Test(arguments: [
    (ERANGE, "possible: -64 to 64"), (EACCES, "nobody"), (EBUSY, "holds it"), (EIO, "failed"),
  ])
  func aRefusalByTheDriverIsExplained(number: Int32, words: String) {
    let kernel = FakeKernel(Self.camera())
    kernel.permanentFailures["VIDIOC_S_EXT_CTRLS"] = number
    #expect {
      try Self.open(kernel, "brightness", "5")
    } throws: { error in
      guard case CaptureError.control("brightness", _, let reason) = error else { return false }
      return reason.contains(words)
    }
  }

  @Test(arguments: ["VIDIOC_QUERY_EXT_CTRL", "VIDIOC_QUERYMENU", "VIDIOC_S_EXT_CTRLS"])
  func aCameraMayGoMeanwhile(call: String) {
    let kernel = FakeKernel(Self.camera())
    kernel.permanentFailures[call] = ENODEV
    #expect(throws: CaptureError.deviceLost(path: "/dev/video0")) {
      try Self.open(kernel, "auto_exposure", "1")
    }
  }

  @Test func controlsAreSetInTheirOrder() throws {
    let kernel = FakeKernel(Self.camera())
    var request = V4L2Request(device: "/dev/video0")
    request.controls = ["auto_exposure=1", "brightness=1", "brightness=2"].compactMap {
      CameraControlSetting(argument: $0)
    }
    _ = try CameraFixture.open(kernel, request)
    #expect(kernel.setControls == [12: 1, 10: 2])
    #expect(kernel.count(of: "VIDIOC_S_EXT_CTRLS") == 3)
  }

  @Test(arguments: [EACCES, EBUSY]) func whatIsForbiddenNowIsSetAfterTheOthers(number: Int32) throws {
    let kernel = FakeKernel(Self.camera())
    // As uvcvideo does while the exposure is automatic.
    kernel.failures["VIDIOC_S_EXT_CTRLS"] = [number]
    var request = V4L2Request(device: "/dev/video0")
    request.controls = ["brightness=7", "auto_exposure=1"].compactMap { CameraControlSetting(argument: $0) }
    _ = try CameraFixture.open(kernel, request)
    #expect(kernel.setControls == [12: 1, 10: 7])
    #expect(kernel.count(of: "VIDIOC_S_EXT_CTRLS") == 3)
  }

  @Test func aCameraWithoutControlsSaysSo() {
    #expect(
      throws: CaptureError.control(name: "gain", path: "/dev/video0", reason: "the camera has no controls")
    ) {
      try Self.open(FakeKernel(CameraFixture.smallCamera()), "gain", "1")
    }
  }

  @Test func argumentsAreTakenApart() {
    #expect(CameraControlSetting(argument: "gain=1=2") == CameraControlSetting(name: "gain", value: "1=2"))
    #expect(CameraControlSetting(argument: "gain=")?.value == "")
    #expect(CameraControlSetting(argument: "=1") == nil)
    #expect(CameraControlSetting(argument: "gain") == nil)
  }

  @Test(arguments: [
    ("Exposure Time, Absolute", "exposure_time_absolute"), ("  LED1 Mode (x) ", "led1_mode_x"),
    ("Größe", "gr_e"),
    ("", ""), ("--", ""),
  ])
  func namesAreNormalised(name: String, expected: String) {
    #expect(CameraControl.normalisedName(name) == expected)
  }
}
