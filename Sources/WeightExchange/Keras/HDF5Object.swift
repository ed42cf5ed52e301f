import CHDF5

/// A group or dataset that the library has open. Used only inside ``HDF5Library/read(_:limits:_:)``.
struct HDF5Object {
  enum Kind: String {
    case group = "a group"
    case dataset = "a dataset"
  }

  let identifier: hid_t
  /// Its path in the file, for messages.
  let place: String
  let session: HDF5Session

  var limits: KerasWeights.Limits { session.limits }

  func error(_ reason: KerasFileError.Reason, attribute: String? = nil) -> KerasFileError {
    KerasFileError(
      path: session.path, place: attribute.map { place == "/" ? "/@\($0)" : "\(place)@\($0)" } ?? place,
      reason: reason)
  }

  /// Takes over the identifier of something that belongs to this object and has no name (a type, a space).
  func part(
    _ identifier: hid_t, reading what: String, attribute: String? = nil
  ) throws(KerasFileError) -> hid_t {
    guard identifier >= 0 else { throw error(.damaged(reading: what), attribute: attribute) }
    return session.keep(identifier)
  }

  /// Whether there is a link of this name, of whatever kind.
  func hasLink(_ name: String) -> Bool { chdf5_link_is_hard(identifier, name) >= 0 }

  /// The root group of a file.
  func root() throws(KerasFileError) -> HDF5Object { try opened("/", kind: .group, place: "/") }

  /// Opens a group or dataset by its path below this group, without following links to elsewhere.
  func child(_ path: String, kind: Kind) throws(KerasFileError) -> HDF5Object {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    var current = self
    for (index, part) in parts.enumerated() {
      let place = current.place == "/" ? part : "\(current.place)/\(part)"
      // "." is the group itself, and a zero byte would end the name early for the library.
      let isName = !part.isEmpty && part != "." && !part.utf8.contains(0)
      switch isName ? chdf5_link_is_hard(current.identifier, part) : -1 {
      case 1: current = try current.opened(part, kind: index == parts.count - 1 ? kind : .group, place: place)
      case 0: throw KerasFileError(path: session.path, place: place, reason: .linked)
      default: throw KerasFileError(path: session.path, place: place, reason: .missing)
      }
    }
    return current
  }

  private func opened(_ name: String, kind: Kind, place: String) throws(KerasFileError) -> HDF5Object {
    let object = HDF5Object(
      identifier: session.keep(H5Oopen(identifier, name, chdf5_default_properties())), place: place,
      session: session)
    guard object.identifier >= 0 else { throw object.error(.damaged(reading: "its header")) }
    guard H5Iget_type(object.identifier) == (kind == .group ? H5I_GROUP : H5I_DATASET) else {
      throw object.error(.wrongKind(expected: kind.rawValue))
    }
    return object
  }
}
