import Foundation
import NeuralNetwork
import Tensors
import WeightExchange

/// A run's whole state in one safetensors file: weights, statistics, what the optimiser and the average remember, and
/// where the run stands. Written under another name and renamed, so that a killed process leaves the last one whole.
struct Checkpoint {
  let path: String

  private static let settingsKey = "training_settings"
  private static let stateKey = "training_state"
  private static let stepKey = "optimizer_steps"

  var exists: Bool { FileManager.default.fileExists(atPath: path) }

  func write(_ trainer: Trainer) throws {
    var state = trainer.state
    for callback in trainer.callbacks { state.callbacks[callback.name] = callback.state }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let metadata = [
      Self.settingsKey: String(decoding: try encoder.encode(trainer.task.settings), as: UTF8.self),
      Self.stateKey: String(decoding: try encoder.encode(state), as: UTF8.self),
      Self.stepKey: String(trainer.optimizer.stepCount),
    ]
    var tensors: [NamedTensor] = []
    for tensor in trainer.task.store.parameters {
      tensors.append(NamedTensor(name: tensor.name, shape: tensor.shape, values: tensor.rowMajorValues))
    }
    forEachMemory(of: trainer) { name, tensor, storage in
      tensors.append(NamedTensor(name: name, shape: tensor.shape, values: tensor.rowMajor(storage)))
    }
    try SafetensorsWriter(metadata: metadata).write(tensors, to: path)
  }

  func read(into trainer: Trainer) throws {
    do { try readFile(into: trainer) } catch let error as WeightFileError {
      throw TrainingError.badCheckpoint(path: path, reason: "\(error)")
    }
  }

  private func readFile(into trainer: Trainer) throws {
    let file = try Safetensors(path: path)
    let decoder = JSONDecoder()
    func decode<Value: Decodable>(_ type: Value.Type, _ key: String) throws -> Value {
      guard let text = file.metadata[key] else {
        throw TrainingError.badCheckpoint(path: path, reason: "no \(key)")
      }
      do {
        return try decoder.decode(type, from: Data(text.utf8))
      } catch {
        throw TrainingError.badCheckpoint(path: path, reason: "\(key): \(error)")
      }
    }
    var settings = try decode(TrainingSettings.self, Self.settingsKey)
    // A run may be made longer or shorter.
    settings.epochs = trainer.task.settings.epochs
    guard settings == trainer.task.settings else {
      throw TrainingError.otherRun(path: path, difference: "saved \(settings)")
    }
    let state = try decode(TrainingState.self, Self.stateKey)
    let steps = try decode(Int.self, Self.stepKey)
    let task = trainer.task
    let impossibility = state.impossibility(
      optimizerSteps: steps, batchCount: task.batchCount, pictureCount: task.split.train.count)
    if let impossibility { throw TrainingError.badCheckpoint(path: path, reason: impossibility) }
    for tensor in trainer.task.store.parameters {
      tensor.setRowMajor(try file.tensor(tensor.name, shape: tensor.shape).array)
    }
    var failure: (any Error)?
    forEachMemory(of: trainer) { name, tensor, storage in
      do {
        tensor.set(storage, rowMajor: try file.tensor(name, shape: tensor.shape).array)
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
    trainer.optimizer.resume(stepCount: steps)
    trainer.state = state
    for callback in trainer.callbacks {
      guard let saved = state.callbacks[callback.name] else { continue }
      do { try callback.restore(saved) } catch let error as TrainingError { throw error } catch {
        throw TrainingError.badCheckpoint(path: path, reason: "\(callback.name): \(error)")
      }
    }
  }

  /// Everything that the optimiser and the average keep for each parameter.
  private func forEachMemory(
    of trainer: Trainer, _ body: (String, Parameter, FloatStorage) -> Void
  ) {
    let optimizer = trainer.optimizer
    for (slot, storages) in zip(optimizer.settings.slots, optimizer.slots) {
      for (parameter, storage) in zip(optimizer.parameters, storages) {
        body("\(slot)/\(parameter.name)", parameter, storage)
      }
    }
    guard let average = trainer.average else { return }
    for (tensor, storage) in zip(average.tensors, average.averages) {
      body("average/\(tensor.name)", tensor, storage)
    }
  }
}
