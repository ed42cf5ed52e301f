import Capture
import Glibc

/// What the camera is called where records of several come together: at a broker, in a history.
enum CameraName {
  static let maximumLength = 64

  /// The configured name, else one that follows from the source: `video0` for /dev/video0, `demo`, `people.mp4`.
  static func name(_ configuration: Configuration) -> String {
    if !configuration.cameraName.isEmpty { return configuration.cameraName }
    let source = configuration.source
    let name =
      switch try? SourceSpecification(parsing: source) {
      case .automatic: "camera"
      case .standardInput: "stdin"
      case .cameraIndex(let index): "video\(index)"
      default: source.split(separator: "/").last.map(String.init) ?? "camera"
      }
    return refusal(name) == nil ? name : "camera"
  }

  /// Why a text is no name; nil where it is one. Empty: the name follows from the source.
  static func refusal(_ text: String) -> String? {
    text.count <= maximumLength
      && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
      ? nil : "is longer than \(maximumLength) characters or has control characters"
  }

  /// The machine's name.
  static var host: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
    let name = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return name.isEmpty ? "localhost" : name
  }
}
