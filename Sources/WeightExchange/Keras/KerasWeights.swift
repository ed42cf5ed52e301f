/// The weights in an HDF5 file of Keras, in the project's names and layouts.
///
/// Two kinds of files are read: weights alone (`save_weights` of Keras 1 and 2, as the ImageNet weights that Keras
/// hands out) and whole models (`model.save`, `ModelCheckpoint`), whose weights stand in the group `model_weights`.
/// As Keras itself does, it goes by attributes: `layer_names` of that group names the layers' groups, `weight_names`
/// of each of them the datasets. A model inside a model is one group with the weights of all its layers.
///
/// ```swift
/// let weights = try KerasWeights(path: "model_18.hdf5")
/// weights["block1_conv1.weight"]?.shape  // [64, 3, 3, 3]: out, in, height, width
/// ```
///
/// Shapes are not compared with any network's: who takes the tensors does that. A dense layer behind `Flatten` sees
/// its inputs in Keras's order (height, width, channel), which is left as it is.
public struct KerasWeights: Sendable {
  /// What a file may hold at most; beyond it reading ends with ``KerasFileError/Reason/tooLarge(what:amount:limit:)``.
  public struct Limits: Sendable {
    /// Bytes of the file: a whole VGG19 with Adam's two moments has a quarter of a gigabyte.
    public var fileBytes = 4 << 30
    /// Bytes of one tensor in single precision.
    public var tensorBytes = 512 << 20
    /// Bytes of all tensors in single precision.
    public var totalBytes = 2 << 30
    /// Bytes of a chunk, which is unpacked in one piece.
    public var chunkBytes = 64 << 20
    /// Names in one attribute.
    public var names = 1 << 16
    /// Bytes of one text or of one attribute.
    public var textBytes = 16 << 20

    /// The limits as they stand.
    public init() {}
  }

  /// The layers' names in the model's order, those without weights too.
  public let layerNames: [String]
  /// The tensors in the order of the file.
  public let tensors: [NamedTensor]
  /// The model's description, a JSON text, where the file holds a whole model; as it stands, not parsed.
  public let modelConfiguration: String?
  /// The version of Keras that wrote the file, where it says so.
  public let kerasVersion: String?

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: A regular file.
  ///   - limits: What it may hold at most.
  /// - Throws: ``KerasFileError``. Links are never followed, neither inside the file nor to others, and filters other
  ///   than gzip, shuffle and Fletcher32 are refused. Damage to single bytes of what Keras writes ends in an error,
  ///   but libhdf5 parses the file's structure itself and its version 1.10 trusts some of the lengths there: a file
  ///   made to break it ends the process. Read files from strangers in a process that may end, never inside a service.
  public init(path: String, limits: Limits = Limits()) throws(KerasFileError) {
    self = try HDF5Library.read(path, limits: limits) { (root) throws(KerasFileError) in
      try KerasFileReader(root: root).read()
    }
  }

  init(
    layerNames: [String], tensors: [NamedTensor], modelConfiguration: String?, kerasVersion: String?
  ) {
    self.layerNames = layerNames
    self.tensors = tensors
    self.modelConfiguration = modelConfiguration
    self.kerasVersion = kerasVersion
  }

  /// The tensor of a name such as `block1_conv1.weight`.
  public subscript(name: String) -> NamedTensor? { tensors.first { $0.name == name } }
}
