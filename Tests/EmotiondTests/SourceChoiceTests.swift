import Capture
import Testing

@testable import emotiond

/// What is watched where nothing is named.
@Suite struct SourceChoiceTests {
  private static let metadata = CameraList.OtherNode(
    path: "/dev/video1", card: "Webcam", reason: "a metadata node")
  private static let refused = CameraList.OtherNode(
    path: "/dev/video0", card: "", reason: "permission denied; for a camera, add the user to the group video",
    isRefused: true)

  @Test func withoutACameraTheDemoIsShown() {
    let (source, notice) = SourceChoice.automatic(CameraList(cameras: [], others: [Self.metadata]))
    #expect(source == .demo)
    #expect(notice?.hasPrefix("no camera found") == true)
  }

  /// "No camera" would send its owner looking for a broken cable.
  @Test func aCameraThatMayNotBeOpenedIsNamed() {
    let (source, notice) = SourceChoice.automatic(
      CameraList(cameras: [], others: [Self.metadata, Self.refused]))
    #expect(source == .demo)
    #expect(
      notice
        == "showing the demo: /dev/video0: permission denied; for a camera, add the user to the group video")
  }
}
