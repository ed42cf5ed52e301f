import DurableFiles

extension SupportVectorModel {
  /// Writes the model to a file, which appears complete or not at all; an earlier one of the name is replaced. See
  /// the layout in ModelLayout.swift.
  ///
  /// - Throws: ``ModelFileError``: the system's reason, or a scaler or metadata that do not fit.
  public func write(to path: String) throws(ModelFileError) {
    let classCount = classifier.classes.count
    let notes = encodedMetadata
    guard notes.count <= ModelLayout.maximumMetadataBytes else {
      throw .unwritable(
        path: path, part: "metadata", reason: "more than \(ModelLayout.maximumMetadataBytes) bytes")
    }
    guard scaler.map({ $0.minima.count == classifier.featureCount }) ?? true else {
      throw .unwritable(
        path: path, part: "scaler", reason: "it has not as many columns as the model has features")
    }
    var file = try ChecksummedFile(path: path)
    try file.write(ModelLayout.signature)
    try file.write([ModelLayout.version, scaler == nil ? 0 : ModelLayout.scalerFlag])
    try file.write([UInt32(classCount), UInt32(classifier.featureCount)])
    try file.write([UInt64(classifier.supportVectorCount), UInt64(notes.count)])
    try file.write([classifier.gamma])
    try file.write(notes)
    try file.write(classifier.classes)
    try file.write(classifier.supportCounts)
    try file.write(classifier.supportIndices)
    try file.write(classifier.intercepts)
    try file.write(classifier.dualCoefficients)
    try file.write(classifier.centre)
    if let scaler {
      try file.write(scaler.minima)
      try file.write(scaler.maxima)
    }
    for vector in 0..<classifier.supportVectorCount {
      let points = classifier.supportPoints
      let row = UnsafeBufferPointer(start: points.start(of: vector), count: points.featureCount)
      try withExtendedLifetime(points.coordinates) { () throws(ModelFileError) in
        try file.write(UnsafeRawBufferPointer(row))
      }
    }
    try file.finish()
  }

  /// Entries by key, each text after its length.
  private var encodedMetadata: [UInt8] {
    metadata.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }.flatMap { text in
      let bytes = Array(text.utf8)
      return withUnsafeBytes(of: UInt32(clamping: bytes.count).littleEndian) { Array($0) } + bytes
    }
  }
}

/// A file with the checksum of its bytes at its end.
private struct ChecksummedFile: ~Copyable {
  private var file: AtomicFile
  private var checksum = Checksum()

  init(path: String) throws(ModelFileError) {
    file = try Self.open(path)
  }

  private static func open(_ path: String) throws(ModelFileError) -> AtomicFile {
    do { return try AtomicFile(path: path) } catch { throw .file(error) }
  }

  mutating func write(_ bytes: UnsafeRawBufferPointer) throws(ModelFileError) {
    checksum.add(bytes)
    do { try file.write(bytes) } catch { throw .file(error) }
  }

  /// Writes numbers as they are in memory.
  mutating func write<Number: BitwiseCopyable>(_ numbers: [Number]) throws(ModelFileError) {
    let outcome: Result<Void, ModelFileError> = numbers.withUnsafeBytes { bytes in
      do throws(ModelFileError) { return .success(try write(bytes)) } catch { return .failure(error) }
    }
    try outcome.get()
  }

  consuming func finish() throws(ModelFileError) {
    try write([checksum.value])
    do { try file.commit() } catch { throw .file(error) }
  }
}
