import Foundation
import NeuralNetwork
import WeightExchange

/// Writes the weights to a file whenever a figure becomes better, and can bring them back when the run ends.
public final class KeepBest: TrainingCallback {
  /// In checkpoints.
  public let name = "keep_best"
  private let figure: WatchedFigure
  private let path: String
  private let restoresBest: Bool
  private var memory = Patience()

  /// - Parameters:
  ///   - figure: What is watched.
  ///   - path: The weights' file, safetensors in single precision.
  ///   - restoresBest: Whether the network has the best weights after the run, however it ends. Keras 2's
  ///     `restore_best_weights` brings them back only where early stopping ended the run.
  public init(figure: WatchedFigure, path: String, restoresBest: Bool) {
    (self.figure, self.path, self.restoresBest) = (figure, path, restoresBest)
  }

  /// What it remembers.
  public var state: String? { CallbackState.text(memory) }
  /// Takes it up again.
  ///
  /// - Throws: ``TrainingError/badBest(path:reason:)`` where the file that the run is to end with cannot be read.
  public func restore(_ state: String) throws {
    memory = try CallbackState.value(state)
    guard restoresBest, memory.best != nil else { return }
    // Hours later would be too late to learn it.
    do { _ = try Safetensors(path: path).namedTensors() } catch {
      let reason = if case .unreadable(_, let words) = error { words } else { error.description }
      throw TrainingError.badBest(path: path, reason: reason)
    }
  }

  /// Writes and reads.
  public func receive(_ event: TrainingEvent, from trainer: Trainer) throws {
    switch event {
    case .epochEnded(let epoch):
      guard let value = figure.value(of: epoch), memory.take(value, figure, by: 0) else { return }
      try trainer.withEvaluatedWeights {
        try WeightFile.write(
          trainer.task.store, to: path,
          metadata: ["epoch": String(epoch.epoch), figure.rawValue: String(value)])
      }
    case .runEnded(let end):
      guard restoresBest, end != .interrupted, memory.best != nil else { return }
      try WeightFile.read(trainer.task.store, from: path)
    default: return
    }
  }
}

/// A network's parameters and statistics in a safetensors file.
enum WeightFile {
  static func write(_ store: ParameterStore, to path: String, metadata: [String: String]) throws {
    let tensors = store.parameters.map {
      NamedTensor(name: $0.name, shape: $0.shape, values: $0.rowMajorValues)
    }
    try SafetensorsWriter(metadata: metadata).write(tensors, to: path)
  }

  static func read(_ store: ParameterStore, from path: String) throws {
    let file = try Safetensors(path: path)
    for parameter in store.parameters {
      parameter.setRowMajor(try file.tensor(parameter.name, shape: parameter.shape).array)
    }
  }
}
