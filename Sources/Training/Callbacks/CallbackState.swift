import Foundation

/// What callbacks remember, as text in checkpoints.
enum CallbackState {
  /// JSON has no such numbers; a state with one would be lost.
  private static let infinity = "inf"
  private static let minusInfinity = "-inf"
  private static let notANumber = "nan"

  static func text(_ value: some Encodable) -> String? {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: infinity, negativeInfinity: minusInfinity, nan: notANumber)
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) }
  }

  static func value<Value: Decodable>(_ text: String) throws -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: infinity, negativeInfinity: minusInfinity, nan: notANumber)
    return try decoder.decode(Value.self, from: Data(text.utf8))
  }
}
