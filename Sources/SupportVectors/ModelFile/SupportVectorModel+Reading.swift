extension SupportVectorModel {
  /// Reads a model from a file. Its sizes are checked against the file's length before anything is allocated, its
  /// checksum before anything is believed, and its numbers before they are used.
  ///
  /// - Throws: ``ModelFileError``.
  public init(path: String) throws(ModelFileError) {
    var file = try ModelFileReader(path: path)
    let (layout, gamma) = try Self.readHeader(&file)
    let classCount = layout.classCount
    let notes: [UInt8] = try file.numbers(layout.metadataBytes)
    let classes: [Int] = try file.numbers(classCount)
    let supportCounts: [Int] = try file.numbers(classCount)
    let supportIndices: [Int] = try file.numbers(layout.supportCount)
    let intercepts: [Double] = try file.numbers(ClassPairs.count(classes: classCount))
    let coefficients: [Double] = try file.numbers((classCount - 1) * layout.supportCount)
    let centre: [Float] = try file.numbers(layout.featureCount)
    let minima: [Double] = try file.numbers(layout.hasScaler ? layout.featureCount : 0)
    let maxima: [Double] = try file.numbers(layout.hasScaler ? layout.featureCount : 0)
    let points = try file.points(count: layout.supportCount, featureCount: layout.featureCount)
    try file.checkEnd()

    try file.require(zip(classes, classes.dropFirst()).allSatisfy(<), "labels", "they do not ascend")
    try file.require(
      supportCounts.allSatisfy { (0...layout.supportCount).contains($0) }
        && supportCounts.reduce(0, +) == layout.supportCount,
      "support vectors of each class", "they do not add up to \(layout.supportCount)")
    var start = 0
    for count in supportCounts {
      let own = supportIndices[start..<start + count]
      try file.require(
        zip(own, own.dropFirst()).allSatisfy(<) && own.allSatisfy { (0..<Int(Int32.max)).contains($0) },
        "rows of the support vectors", "they do not ascend in each class")
      start += count
    }
    try file.require(intercepts.allSatisfy(\.isFinite), "intercepts", "one is not finite")
    try file.require(
      coefficients.allSatisfy { abs($0) <= Double(Float.greatestFiniteMagnitude) }, "dual coefficients",
      "one is beyond single precision")
    try file.require(
      centre.allSatisfy { abs($0) <= FeatureMatrix.largestMagnitude }, "centre", "a value is out of range")
    // A squared length is finite only where all coordinates are; the limit is that of the sum of their squares.
    let limit = Double(FeatureMatrix.largestMagnitude) * 2
    try file.require(
      points.squaredLengths.allSatisfy { $0 <= limit * limit * Double(layout.featureCount) },
      "support vectors",
      "a value is out of range")
    scaler = nil
    if layout.hasScaler {
      do { scaler = try MinMaxScaler(minima: minima, maxima: maxima) } catch {
        throw .malformed(path: path, field: "scaler", reason: error.description)
      }
    }
    metadata = try Self.decodeMetadata(notes, file)
    classifier = SupportVectorClassifier(
      classes: classes, gamma: gamma, supportIndices: supportIndices, supportCounts: supportCounts,
      dualCoefficients: coefficients, intercepts: intercepts, centre: centre, supportPoints: points)
  }

  private static func readHeader(
    _ file: inout ModelFileReader
  ) throws(ModelFileError) -> (layout: ModelLayout, gamma: Double) {
    guard file.byteCount >= ModelLayout.headerBytes, try file.numbers(8) == ModelLayout.signature else {
      throw .notAModel(path: file.path)
    }
    let words: [UInt32] = try file.numbers(4)
    guard words[0] == ModelLayout.version else {
      throw .unsupportedVersion(path: file.path, version: words[0], supported: ModelLayout.version)
    }
    let sizes: [UInt64] = try file.numbers(2)
    let gamma: [Double] = try file.numbers(1)
    try file.require(words[1] & ~ModelLayout.scalerFlag == 0, "flags", "unknown ones are set")
    try file.require(
      (2...UInt32(ClassGrouping.maximumClasses)).contains(words[2]), "classes",
      "\(words[2]) is not in 2...\(ClassGrouping.maximumClasses)")
    try file.require(
      (1...UInt32(ModelLayout.maximumFeatures)).contains(words[3]), "features",
      "\(words[3]) is not in 1...\(ModelLayout.maximumFeatures)")
    try file.require(
      sizes[0] >= 1 && sizes[0] <= UInt64(Int32.max), "support vectors", "\(sizes[0]) are too many or none")
    try file.require(
      sizes[1] <= UInt64(ModelLayout.maximumMetadataBytes), "metadata",
      "\(sizes[1]) bytes are more than \(ModelLayout.maximumMetadataBytes)")
    try file.require(gamma[0].isFinite && gamma[0] > 0, "gamma", "\(gamma[0]) is not a finite number above 0")
    let layout = ModelLayout(
      classCount: Int(words[2]), featureCount: Int(words[3]), supportCount: Int(sizes[0]),
      metadataBytes: Int(sizes[1]), hasScaler: words[1] & ModelLayout.scalerFlag != 0)
    guard layout.byteCount == file.byteCount else {
      throw .wrongSize(
        path: file.path, expectedBytes: layout.byteCount ?? Int.max, actualBytes: file.byteCount)
    }
    return (layout, gamma[0])
  }

  private static func decodeMetadata(
    _ bytes: [UInt8], _ file: borrowing ModelFileReader
  ) throws(ModelFileError) -> [String: String] {
    var rest = bytes[...]
    var texts: [String] = []
    while !rest.isEmpty {
      try file.require(rest.count >= 4, "metadata", "a length is cut off")
      let length = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(4)
      try file.require(length <= rest.count, "metadata", "a text is longer than the rest")
      guard let text = String(validating: rest.prefix(length), as: UTF8.self) else {
        throw .malformed(path: file.path, field: "metadata", reason: "a text is not UTF-8")
      }
      texts.append(text)
      rest = rest.dropFirst(length)
    }
    try file.require(texts.count % 2 == 0, "metadata", "a name has no value")
    var metadata: [String: String] = [:]
    for index in stride(from: 0, to: texts.count, by: 2) {
      let former = metadata.updateValue(texts[index + 1], forKey: texts[index])
      try file.require(former == nil, "metadata", "\(texts[index]) is there twice")
    }
    return metadata
  }
}
