/// Reads the weights of one file; lives inside ``HDF5Library/read(_:limits:_:)``.
struct KerasFileReader {
  private let root: HDF5Object

  init(root: HDF5Object) { self.root = root }

  private var limits: KerasWeights.Limits { root.limits }

  func read() throws(KerasFileError) -> KerasWeights {
    var group = root
    var layerNames = try names("layer_names", of: group)
    if layerNames == nil, root.hasLink("model_weights") {
      group = try root.child("model_weights", kind: .group)
      layerNames = try names("layer_names", of: group)
    }
    guard let layerNames else { throw root.error(.notKeras) }
    for object in [root, group] {
      // Keras turns the kernels of its Theano backend over when it reads them, and so they mean something else.
      if let backend = try object.text(attribute: "backend"), backend == "theano" {
        throw object.error(.unsupportedBackend(backend))
      }
    }
    var version = try root.text(attribute: "keras_version")
    if version == nil { version = try group.text(attribute: "keras_version") }
    return KerasWeights(
      layerNames: layerNames, tensors: try tensors(of: layerNames, in: group),
      modelConfiguration: try root.text(attribute: "model_config"),
      kerasVersion: version)
  }

  private func tensors(of layerNames: [String], in group: HDF5Object) throws(KerasFileError) -> [NamedTensor]
  {
    var tensors: [NamedTensor] = []
    var taken: Set<String> = []
    var remainingBytes = limits.totalBytes
    for layerName in layerNames {
      let layer = try group.child(layerName, kind: .group)
      guard let weightNames = try names("weight_names", of: layer) else {
        throw layer.error(.missing, attribute: "weight_names")
      }
      for weightName in weightNames {
        let dataset = try layer.child(weightName, kind: .dataset)
        let (shape, values) = try dataset.floats(maximumBytes: min(limits.tensorBytes, remainingBytes))
        remainingBytes -= values.count * MemoryLayout<Float>.stride
        let name = KerasWeightName(layer: layerName, weight: weightName)
        guard taken.insert(name.text).inserted else { throw dataset.error(.duplicate(name: name.text)) }
        guard let tensor = name.tensor(shape: shape, values: values) else {
          throw dataset.error(.unsupportedShape(shape))
        }
        tensors.append(tensor)
      }
    }
    return tensors
  }

  /// The names in an attribute, or in `name0`, `name1`, ..., over which Keras spreads a list of more than 64 KiB.
  private func names(_ name: String, of object: HDF5Object) throws(KerasFileError) -> [String]? {
    if let names = try object.texts(attribute: name) { return names }
    guard var all = try object.texts(attribute: "\(name)0") else { return nil }
    var part = 1
    while let more = try object.texts(attribute: "\(name)\(part)") {
      all += more
      guard all.count <= limits.names else {
        throw object.error(.tooLarge(what: "names", amount: all.count, limit: limits.names), attribute: name)
      }
      part += 1
    }
    return all
  }
}
