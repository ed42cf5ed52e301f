import Tensors

/// A network in the Open Neural Network Exchange format, as far as convolutional classifiers need it: a graph of
/// nodes over values with names, tensors of single precision, text metadata.
///
/// The fields are those of the format's own description (`onnx.proto`, "Open Neural Network Exchange Intermediate
/// Representation Specification").
public struct ONNXModel: Sendable {
  /// A model is one message, and no reader of Protocol Buffers takes more than this in one: 2 GiB less one byte.
  public static let maximumBytes = 1 << 31 - 1

  /// Version of the file format; 8 belongs to ONNX 1.10 and later.
  public var formatVersion = 8
  /// Version of the operators' definitions.
  public var operatorSetVersion = 13
  /// The program that wrote it.
  public var producerName: String
  /// That program's version; empty where unknown.
  public var producerVersion: String
  /// What it computes.
  public var graph: Graph
  /// Text that the file carries; written in the order of the keys.
  public var metadata: [String: String]

  /// Names a model's parts.
  public init(
    graph: Graph, metadata: [String: String] = [:], producerName: String = "emotion-trainer",
    producerVersion: String = ""
  ) {
    self.graph = graph
    self.metadata = metadata
    self.producerName = producerName
    self.producerVersion = producerVersion
  }

  /// Nodes in an order in which every value is computed before it is used.
  public struct Graph: Sendable {
    /// The graph's name.
    public var name: String
    /// What is computed.
    public var nodes: [Node]
    /// Constant values: the weights.
    public var tensors: [NamedTensor]
    /// Values that whoever runs the model supplies.
    public var inputs: [Value]
    /// Values that it answers.
    public var outputs: [Value]

    /// Names a graph's parts.
    public init(name: String, nodes: [Node], tensors: [NamedTensor], inputs: [Value], outputs: [Value]) {
      self.name = name
      self.nodes = nodes
      self.tensors = tensors
      self.inputs = inputs
      self.outputs = outputs
    }
  }

  /// One operation, such as `Conv`.
  public struct Node: Sendable {
    /// The operator's name in the operator set.
    public var operation: String
    /// The node's own name.
    public var name: String
    /// Names of the values it takes, in the operator's order.
    public var inputs: [String]
    /// Names of the values it computes.
    public var outputs: [String]
    /// The operator's attributes, in the order of writing.
    public var attributes: [Attribute]

    /// Names a node's parts.
    public init(
      _ operation: String, name: String, inputs: [String], outputs: [String], attributes: [Attribute] = []
    ) {
      self.operation = operation
      self.name = name
      self.inputs = inputs
      self.outputs = outputs
      self.attributes = attributes
    }
  }

  /// A constant parameter of a node.
  public struct Attribute: Sendable {
    /// Its value and thereby its type.
    public enum Value: Sendable {
      /// INT.
      case integer(Int)
      /// INTS.
      case integers([Int])
      /// FLOAT.
      case float(Float)
      /// STRING.
      case text(String)
    }

    /// The attribute's name.
    public var name: String
    /// What it is set to.
    public var value: Value

    /// Names an attribute and sets it.
    public init(_ name: String, _ value: Value) {
      self.name = name
      self.value = value
    }
  }

  /// An input or output: a tensor of single precision.
  public struct Value: Sendable {
    /// One dimension.
    public enum Dimension: Sendable {
      /// Always of this size.
      case fixed(Int)
      /// Of a size that each run decides, the same wherever the name stands.
      case named(String)
    }

    /// The value's name.
    public var name: String
    /// Its dimensions, outermost first.
    public var dimensions: [Dimension]

    /// Names a value and its shape.
    public init(_ name: String, _ dimensions: [Dimension]) {
      self.name = name
      self.dimensions = dimensions
    }
  }
}
