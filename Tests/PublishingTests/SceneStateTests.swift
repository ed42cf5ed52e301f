import Faces
import Foundation
import Testing

@testable import Publishing

@Suite struct SceneStateTests {
  @Test func theLargestFaceSpeaks() throws {
    let state = SceneState(
      Sample.record(
        [
          Sample.face(1, .anger), Sample.face(2, .happiness, side: 150, confidence: 0.93),
          Sample.face(3, .anger),
        ],
        second: 1.5, frame: 7))
    #expect(
      state.json(host: "pi", camera: "door \"1\"")
        == #"{"time":"1970-01-01T00:00:01.500Z","host":"pi","camera":"door \"1\"","frame":7,"faces":3,"#
        + #""emotion":"happiness","confidence":0.9300,"uncertain":false,"emotions":{"anger":2,"disgust":0,"#
        + #""fear":0,"happiness":1,"sadness":0,"surprise":0,"neutral":0}}"#)
    #expect(
      try JSONSerialization.jsonObject(with: Data(state.json(host: "", camera: "").utf8)) is [String: Any])
  }

  @Test func nobodyHasNoEmotion() {
    let json = SceneState(Sample.record([])).json(host: "pi", camera: "door")
    #expect(json.contains(#""faces":0,"emotion":"none","confidence":null,"uncertain":false"#))
  }

  @Test func smallChangesAreNoNews() {
    let before = SceneState(Sample.record([Sample.face(1, .anger, confidence: 0.8)]))
    func isNews(_ faces: [LabelledFace]) -> Bool {
      SceneState(Sample.record(faces, second: 9, frame: 99)).isNews(after: before)
    }
    #expect(!isNews([Sample.face(1, .anger, confidence: 0.84)]))
    #expect(!isNews([Sample.face(2, .anger, confidence: 0.8)]), "who it is does not matter")
    #expect(isNews([Sample.face(1, .anger, confidence: 0.74)]))
    #expect(isNews([Sample.face(1, .anger, confidence: 0.8, isUncertain: true)]))
    #expect(isNews([Sample.face(1, .fear)]))
    #expect(isNews([Sample.face(1, .anger), Sample.face(2, .neutral, side: 10)]))
    #expect(isNews([]))
    #expect(!SceneState(Sample.record([])).isNews(after: SceneState(Sample.record([]))))
  }
}
