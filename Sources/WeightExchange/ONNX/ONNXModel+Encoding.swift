import DurableFiles
import Tensors

extension ONNXModel {
  /// Writes a file that appears complete or not at all.
  ///
  /// - Parameter path: A file of that name is replaced.
  /// - Throws: ``WeightExportError``; then a file that was there stays.
  public func write(to path: String) throws(WeightExportError) {
    let contents = try bytes()
    do { try AtomicFile.write(contents, to: path) } catch { throw .file(error) }
  }

  /// The bytes of the file: a message ModelProto, fields in the order of their numbers.
  ///
  /// - Throws: ``WeightExportError``: a tensor's name twice, a value that is not finite, or more than 2 GiB.
  public func bytes() throws(WeightExportError) -> [UInt8] {
    try check()
    var model = ProtobufWriter()
    model.integer(1, formatVersion)
    model.text(2, producerName)
    model.text(3, producerVersion)
    model.message(7, encodeGraph)
    model.message(8) { operatorSet in
      operatorSet.text(1, "")  // the domain of ONNX's own operators
      operatorSet.integer(2, operatorSetVersion)
    }
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
      model.message(14) { entry in
        entry.text(1, key)
        entry.text(2, value)
      }
    }
    guard model.bytes.count <= Self.maximumBytes else {
      throw .tooLarge(bytes: model.bytes.count, limit: Self.maximumBytes)
    }
    return model.bytes
  }

  private func check() throws(WeightExportError) {
    var names: Set<String> = []
    var total = 0
    for tensor in graph.tensors {
      guard !tensor.name.isEmpty else { throw .unusableName(tensor.name) }
      guard names.insert(tensor.name).inserted else { throw .duplicate(tensor: tensor.name) }
      if let index = tensor.values.withValues({ $0.firstIndex { !$0.isFinite } }) {
        throw .notFinite(tensor: tensor.name, index: index)
      }
      total += tensor.values.count * MemoryLayout<Float>.stride
    }
    guard total <= Self.maximumBytes else { throw .tooLarge(bytes: total, limit: Self.maximumBytes) }
  }

  private func encodeGraph(_ message: inout ProtobufWriter) {
    for node in graph.nodes { message.message(1) { Self.encode(node, &$0) } }
    message.text(2, graph.name)
    for tensor in graph.tensors { message.message(5) { Self.encode(tensor, &$0) } }
    for input in graph.inputs { message.message(11) { Self.encode(input, &$0) } }
    for output in graph.outputs { message.message(12) { Self.encode(output, &$0) } }
  }

  private static func encode(_ node: Node, _ message: inout ProtobufWriter) {
    for input in node.inputs { message.text(1, input) }
    for output in node.outputs { message.text(2, output) }
    message.text(3, node.name)
    message.text(4, node.operation)
    for attribute in node.attributes { message.message(5) { encode(attribute, &$0) } }
  }

  private static func encode(_ attribute: Attribute, _ message: inout ProtobufWriter) {
    message.text(1, attribute.name)
    // The last field of each is its AttributeType.
    switch attribute.value {
    case .float(let value):
      message.float(2, value)
      message.integer(20, 1)
    case .integer(let value):
      message.integer(3, value)
      message.integer(20, 2)
    case .text(let value):
      message.text(4, value)
      message.integer(20, 3)
    case .integers(let values):
      for value in values { message.integer(8, value) }
      message.integer(20, 7)
    }
  }

  private static func encode(_ tensor: NamedTensor, _ message: inout ProtobufWriter) {
    for dimension in tensor.shape { message.integer(1, dimension) }
    message.integer(2, singlePrecision)
    message.text(8, tensor.name)
    tensor.values.withValues { message.bytes(9, of: $0) }
  }

  private static func encode(_ value: Value, _ message: inout ProtobufWriter) {
    message.text(1, value.name)
    message.message(2) { type in
      type.message(1) { tensor in
        tensor.integer(1, singlePrecision)
        tensor.message(2) { shape in
          for dimension in value.dimensions {
            shape.message(1) { entry in
              switch dimension {
              case .fixed(let size): entry.integer(1, size)
              case .named(let name): entry.text(2, name)
              }
            }
          }
        }
      }
    }
  }

  /// TensorProto.DataType.FLOAT.
  private static let singlePrecision = 1
}
