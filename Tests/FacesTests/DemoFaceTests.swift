import Capture
import Foundation
import Testing

@testable import Faces

/// The drawn face of the demo is one that the detector really finds, or the demo would show nothing.
@Suite struct DemoFaceTests {
  private static let cascade = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../cascades/haarcascade_frontalface_default.xml").standardized.path

  @Test(arguments: [(640, 480), (320, 240), (1280, 720)])
  func cascadeFindsTheFaceAtEveryMoment(width: Int, height: Int) throws {
    let detector = try HaarCascadeDetector(cascadePath: Self.cascade)
    let scene = try DemoScene(width: width, height: height)
    for seconds in stride(from: 0.1, to: DemoScene.cycleSeconds, by: width == 640 ? 0.5 : 2) {
      let faces = try detector.detectFaces(in: scene.picture(atSeconds: seconds))
      #expect(faces.count == 1, "at \(seconds) s")
      guard let face = faces.first else { continue }
      #expect(abs(face.x + face.width / 2 - width / 2) < width / 8)
      #expect(face.height > height / 3)
    }
  }
}
