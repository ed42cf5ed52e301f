import ArgumentParser
import Training

extension EvaluationProtocol {
  /// The names, for help texts.
  static var names: String { allCases.map(\.name).joined(separator: ", ") }

  /// The one of a name on the command line.
  static func named(_ name: String) throws -> EvaluationProtocol {
    guard let found = allCases.first(where: { $0.name == name }) else {
      throw ValidationError("no split \(name); there are \(names)")
    }
    return found
  }
}
