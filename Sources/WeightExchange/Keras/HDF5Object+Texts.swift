import CHDF5

extension HDF5Object {
  /// The text of an attribute that holds one.
  ///
  /// - Returns: Nothing where there is no such attribute.
  func text(attribute name: String) throws(KerasFileError) -> String? {
    guard let texts = try texts(attribute: name) else { return nil }
    guard texts.count == 1 else { throw error(.wrongKind(expected: "a single text"), attribute: name) }
    return texts[0]
  }

  /// The texts of an attribute, of fixed or variable length, as different versions of Keras and h5py write them.
  ///
  /// - Returns: Nothing where there is no such attribute.
  func texts(attribute name: String) throws(KerasFileError) -> [String]? {
    switch H5Aexists(identifier, name) {
    case 0: return nil
    case 1...: break
    default: throw error(.damaged(reading: "the list of attributes"))
    }
    let attribute = try part(
      H5Aopen(identifier, name, chdf5_default_properties()), reading: "an attribute", attribute: name)
    let count = try elementCount(of: attribute, name)
    // An empty list of names has whatever type its writer had at hand: h5py says float64.
    guard count > 0 else { return [] }
    let type = try part(H5Aget_type(attribute), reading: "an attribute's type", attribute: name)
    guard H5Tget_class(type) == H5T_STRING else {
      throw error(.wrongKind(expected: "text"), attribute: name)
    }
    return H5Tis_variable_str(type) > 0
      ? try variableTexts(attribute, count: count, name)
      : try fixedTexts(attribute, type: type, count: count, name)
  }

  private func elementCount(of attribute: hid_t, _ name: String) throws(KerasFileError) -> Int {
    let space = try part(H5Aget_space(attribute), reading: "an attribute's size", attribute: name)
    switch H5Sget_simple_extent_type(space) {
    case H5S_NULL: return 0
    case H5S_SCALAR: return 1
    case H5S_SIMPLE:
      // A single dimension, so that no product can overflow.
      guard H5Sget_simple_extent_ndims(space) == 1 else {
        throw error(.wrongKind(expected: "a list of one dimension"), attribute: name)
      }
      let count = H5Sget_simple_extent_npoints(space)
      guard count >= 0, count <= limits.names else {
        throw error(.tooLarge(what: "names", amount: Int(count), limit: limits.names), attribute: name)
      }
      return Int(count)
    default: throw error(.damaged(reading: "an attribute's size"), attribute: name)
    }
  }

  private func fixedTexts(
    _ attribute: hid_t, type: hid_t, count: Int, _ name: String
  ) throws(KerasFileError) -> [String] {
    let size = H5Tget_size(type)
    guard size > 0 else { throw error(.damaged(reading: "an attribute's type"), attribute: name) }
    let (bytes, overflow) = size.multipliedReportingOverflow(by: count)
    guard !overflow, bytes <= limits.textBytes else {
      throw error(
        .tooLarge(what: "bytes", amount: overflow ? .max : bytes, limit: limits.textBytes), attribute: name)
    }
    var buffer = [UInt8](repeating: 0, count: bytes)
    // In the file's own type, so the library converts nothing.
    guard H5Aread(attribute, type, &buffer) >= 0 else {
      throw error(.damaged(reading: "an attribute"), attribute: name)
    }
    let isPaddedWithSpaces = H5Tget_strpad(type) == H5T_STR_SPACEPAD
    var texts: [String] = []
    for index in 0..<count {
      var text = buffer[index * size..<(index + 1) * size].prefix { $0 != 0 }
      if isPaddedWithSpaces { while text.last == UInt8(ascii: " ") { text.removeLast() } }
      do throws(KerasFileError.Reason) { texts.append(try validated(text)) } catch {
        throw self.error(error, attribute: name)
      }
    }
    return texts
  }

  private func variableTexts(_ attribute: hid_t, count: Int, _ name: String) throws(KerasFileError)
    -> [String]
  {
    let size = Int(chdf5_reference_bytes)
    let referenceType = try part(chdf5_reference_type(), reading: "an attribute's type", attribute: name)
    defer { chdf5_forget_reference_type() }
    var references = [UInt8](repeating: 0, count: count * size)
    guard H5Aread(attribute, referenceType, &references) >= 0 else {
      throw error(.damaged(reading: "an attribute"), attribute: name)
    }
    var texts: [String] = []
    var remaining = limits.textBytes
    for index in 0..<count {
      let reference = HDF5GlobalHeap.Reference(references[index * size..<(index + 1) * size])
      do throws(KerasFileError.Reason) {
        let bytes = try session.heap.bytes(of: reference, limit: remaining)
        remaining -= bytes.count
        texts.append(try validated(bytes.prefix { $0 != 0 }))
      } catch { throw self.error(error, attribute: name) }
    }
    return texts
  }

  private func validated(_ bytes: some Sequence<UInt8>) throws(KerasFileError.Reason) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notText }
    return text
  }
}
