/// The part of FER2013 that a picture belongs to, as its contest divided it.
public enum Usage: Int, CaseIterable, Sendable, Codable {
  case training, publicTest, privateTest

  /// The word in the table's column `Usage`.
  public var name: String {
    switch self {
    case .training: "Training"
    case .publicTest: "PublicTest"
    case .privateTest: "PrivateTest"
    }
  }

  /// The part of a word in the column `Usage`; nil where there is none.
  public init?(name: String) {
    guard let usage = Usage.allCases.first(where: { $0.name == name }) else { return nil }
    self = usage
  }
}
