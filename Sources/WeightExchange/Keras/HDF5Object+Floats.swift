import CHDF5
import Tensors

extension HDF5Object {
  private static let maximumDimensions = 4
  /// No deflated data grow by more than 1032 (zlib's "Technical Details").
  private static let largestRatio = 1032

  /// The values of a dataset, converted to single precision.
  ///
  /// - Parameter maximumBytes: What they may take up at most.
  func floats(maximumBytes: Int) throws(KerasFileError) -> (shape: [Int], values: FloatStorage) {
    try checkNumberType()
    let shape = try shape()
    var bytes = MemoryLayout<Float>.stride
    for dimension in shape {
      guard dimension > 0 else { throw error(.unsupportedShape(shape)) }
      let (product, overflow) = bytes.multipliedReportingOverflow(by: dimension)
      guard !overflow, product <= maximumBytes else {
        throw error(.tooLarge(what: "bytes", amount: overflow ? .max : product, limit: maximumBytes))
      }
      bytes = product
    }
    try checkStorage(shape: shape)
    let values = FloatStorage(zeros: bytes / MemoryLayout<Float>.stride)
    let everything = chdf5_whole_space()
    guard
      H5Dread(
        identifier, chdf5_native_float(), everything, everything, chdf5_default_properties(), values.base)
        >= 0
    else { throw error(.damaged(reading: "its values")) }
    if let index = values.withValues({ $0.firstIndex { !$0.isFinite } }) {
      throw error(.notFinite(index: index))
    }
    return (shape, values)
  }

  /// Only the three formats of IEEE 754: the library would convert numbers of any number of bits anywhere.
  private func checkNumberType() throws(KerasFileError) {
    let type = try part(H5Dget_type(identifier), reading: "its type")
    let size = H5Tget_size(type)
    guard H5Tget_class(type) == H5T_FLOAT else {
      let names = [
        H5T_INTEGER: "integer", H5T_STRING: "text", H5T_COMPOUND: "compound", H5T_VLEN: "variable length",
      ]
      throw error(.unsupportedType(names.first { $0.key == H5Tget_class(type) }?.value ?? "not a number"))
    }
    var (sign, exponent, exponentSize, mantissa, mantissaSize) = (0, 0, 0, 0, 0)
    guard H5Tget_fields(type, &sign, &exponent, &exponentSize, &mantissa, &mantissaSize) >= 0 else {
      throw error(.damaged(reading: "its type"))
    }
    let expected: (exponentSize: Int, mantissaSize: Int, bias: Int)
    switch size {
    case 2: expected = (5, 10, 15)
    case 4: expected = (8, 23, 127)
    case 8: expected = (11, 52, 1023)
    default: throw error(.unsupportedType("float of \(size) bytes"))
    }
    guard
      (sign, exponent, exponentSize) == (size * 8 - 1, expected.mantissaSize, expected.exponentSize),
      (mantissa, mantissaSize) == (0, expected.mantissaSize), H5Tget_ebias(type) == expected.bias,
      H5Tget_precision(type) == size * 8, H5Tget_offset(type) == 0, H5Tget_norm(type) == H5T_NORM_IMPLIED,
      [H5T_ORDER_LE, H5T_ORDER_BE].contains(H5Tget_order(type))
    else { throw error(.unsupportedType("float of \(size) bytes that is not IEEE 754's")) }
  }

  private func shape() throws(KerasFileError) -> [Int] {
    let space = try part(H5Dget_space(identifier), reading: "its shape")
    switch H5Sget_simple_extent_type(space) {
    case H5S_SCALAR: return []
    case H5S_SIMPLE: break
    default: throw error(.unsupportedShape([]))
    }
    let rank = H5Sget_simple_extent_ndims(space)
    guard rank >= 0, rank <= Self.maximumDimensions else {
      throw error(.tooLarge(what: "dimensions", amount: Int(rank), limit: Self.maximumDimensions))
    }
    var dimensions = [hsize_t](repeating: 0, count: Self.maximumDimensions)
    guard H5Sget_simple_extent_dims(space, &dimensions, nil) == rank else {
      throw error(.damaged(reading: "its shape"))
    }
    return dimensions.prefix(Int(rank)).map { Int(clamping: $0) }
  }

  /// Values must stand in this very file, all of them, and may be packed only by filters that the library has built in.
  private func checkStorage(shape: [Int]) throws(KerasFileError) {
    let properties = try part(H5Dget_create_plist(identifier), reading: "its layout")
    try checkFilters(properties)
    let type = try part(H5Dget_type(identifier), reading: "its type")
    switch H5Pget_layout(properties) {
    case H5D_COMPACT, H5D_CONTIGUOUS:
      guard H5Pget_external_count(properties) == 0 else { throw error(.linked) }
      // The library answers zeros for values that were never written.
      guard H5Dget_storage_size(identifier) == hsize_t(shape.reduce(H5Tget_size(type), *)) else {
        throw error(.damaged(reading: "its values"))
      }
    case H5D_CHUNKED: try checkChunks(properties, shape: shape, elementBytes: H5Tget_size(type))
    case H5D_VIRTUAL: throw error(.linked)
    default: throw error(.damaged(reading: "its layout"))
    }
  }

  private func checkFilters(_ properties: hid_t) throws(KerasFileError) {
    let count = H5Pget_nfilters(properties)
    guard count >= 0 else { throw error(.damaged(reading: "its filters")) }
    for index in 0..<UInt32(count) {
      let filter = chdf5_filter(properties, index)
      guard [H5Z_FILTER_DEFLATE, H5Z_FILTER_SHUFFLE, H5Z_FILTER_FLETCHER32].contains(filter) else {
        throw error(.unsupportedStorage("filter \(filter)"))
      }
    }
  }

  /// The library copies out of an unpacked chunk what the chunk's dimensions say, and builds lists of all chunks that
  /// the shape says: both have to be plausible.
  private func checkChunks(_ properties: hid_t, shape: [Int], elementBytes: Int) throws(KerasFileError) {
    var dimensions = [hsize_t](repeating: 0, count: Self.maximumDimensions)
    let rank = H5Pget_chunk(properties, Int32(Self.maximumDimensions), &dimensions)
    guard rank > 0, rank == shape.count else { throw error(.damaged(reading: "its chunks")) }
    var (bytes, needed) = (elementBytes, 1)
    for (size, dimension) in zip(shape, dimensions.prefix(shape.count).map({ Int(clamping: $0) })) {
      guard dimension > 0 else { throw error(.damaged(reading: "its chunks")) }
      let (product, overflow) = bytes.multipliedReportingOverflow(by: dimension)
      guard !overflow, product <= limits.chunkBytes else {
        throw error(
          .tooLarge(what: "bytes in a chunk", amount: overflow ? .max : product, limit: limits.chunkBytes))
      }
      guard dimension <= size else { throw error(.damaged(reading: "its chunks")) }
      bytes = product
      needed *= (size + dimension - 1) / dimension
    }
    let space = try part(H5Dget_space(identifier), reading: "its shape")
    var stored: hsize_t = 0
    guard H5Dget_num_chunks(identifier, space, &stored) >= 0, stored == hsize_t(needed) else {
      throw error(.damaged(reading: "its chunks"))
    }
    let storedBytes = Int(clamping: H5Dget_storage_size(identifier))
    let isPacked = H5Pget_nfilters(properties) > 0
    guard isPacked ? storedBytes >= bytes / Self.largestRatio * needed : storedBytes == bytes * needed else {
      throw error(.damaged(reading: "its chunks"))
    }
  }
}
