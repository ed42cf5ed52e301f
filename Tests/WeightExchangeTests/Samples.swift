import Foundation
import Tensors
import WeightExchange

/// The folder of the golden files, by `scripts/golden-keras` and `scripts/check-onnx`.
let goldenFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
  "Golden")

/// A golden file's path.
func golden(_ name: String) -> String { goldenFolder.appendingPathComponent(name).path }

/// The numbers of which the golden files' weights consist: the i-th of the k-th tensor.
func sampleValues(_ k: Int, count: Int) -> [Float] {
  (0..<count).map { Float((7 * $0 + 3 * k) % 31 - 15) / 8 }
}

/// Calls `body` with a new folder's path, and removes the folder.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

/// All bytes of a file.
func contents(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }
