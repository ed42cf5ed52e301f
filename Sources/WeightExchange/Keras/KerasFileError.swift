/// Why weights cannot be read from a file of Keras: which file, where in it, and the reason.
public struct KerasFileError: Error, Equatable, Sendable {
  /// What can be wrong.
  public enum Reason: Error, Equatable, Sendable {
    /// The system does not let the file be read; its reason.
    case unreadable(String)
    /// The file does not begin as an HDF5 file does.
    case notHDF5
    /// The library cannot make sense of the file; what it was asked for.
    case damaged(reading: String)
    /// There are no `layer_names`, so it is not a file of weights in Keras's HDF5 layout.
    case notKeras
    /// A group, dataset or attribute that another one names is not there.
    case missing
    /// The name leads through a soft or external link, which is not followed.
    case linked
    /// Something of another kind than is needed here.
    case wrongKind(expected: String)
    /// A type of data that is not supported; its description.
    case unsupportedType(String)
    /// A way of storing that is not supported; its description.
    case unsupportedStorage(String)
    /// The shape is not one that the layout has.
    case unsupportedShape([Int])
    /// Kernels as the given backend stores them, which is another layout.
    case unsupportedBackend(String)
    /// More than this reader takes in: how much of what there is, and the limit.
    case tooLarge(what: String, amount: Int, limit: Int)
    /// A text that is not UTF-8.
    case notText
    /// A value that is not a number or infinite, and its index.
    case notFinite(index: Int)
    /// Two weights would have the given name.
    case duplicate(name: String)
  }

  /// The file.
  public let path: String
  /// The group, dataset or attribute (`group@attribute`); `/` for the file as a whole.
  public let place: String
  /// What is wrong with it.
  public let reason: Reason

  /// Names the file, the place in it and the reason.
  public init(path: String, place: String, reason: Reason) {
    self.path = path
    self.place = place
    self.reason = reason
  }
}

extension KerasFileError: CustomStringConvertible {
  /// One sentence for people.
  public var description: String {
    place == "/" ? "\(path): \(reason)" : "\(path), \(place): \(reason)"
  }
}

extension KerasFileError.Reason: CustomStringConvertible {
  /// The part of the sentence that says why, and what to do.
  public var description: String {
    switch self {
    case .unreadable(let reason): "cannot be read: \(reason)"
    case .notHDF5: "this is not an HDF5 file; a file in Keras's .h5 or .hdf5 format is needed"
    case .damaged(let reading): "the HDF5 library cannot read \(reading); the file is damaged or cut off"
    case .notKeras:
      "no layer_names: this is not a file of weights in Keras's HDF5 layout (files of the kind .weights.h5 and .keras "
        + "have another one); save the model with model.save(\"model.h5\")"
    case .missing: "it is named in the file but not there"
    case .linked: "a soft or external link stands here; links are not followed, copy the data into the file"
    case .wrongKind(let expected): "\(expected) is needed here"
    case .unsupportedType(let type): "type \(type) is not supported; IEEE floats of 16, 32 and 64 bits are"
    case .unsupportedStorage(let storage): "stored as \(storage), which is not supported"
    case .unsupportedShape(let shape): "shape \(shape) is not one of a convolution's or dense layer's weights"
    case .unsupportedBackend(let backend):
      "written by the backend \(backend), whose kernels are laid out differently"
    case .tooLarge(let what, let amount, let limit): "\(amount) \(what) are more than the limit of \(limit)"
    case .notText: "a text is not UTF-8"
    case .notFinite(let index): "a value is not finite, at index \(index)"
    case .duplicate(let name): "a second weight with the name \(name)"
    }
  }
}
