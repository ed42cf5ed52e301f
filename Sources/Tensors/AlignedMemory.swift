import Glibc

/// Memory for numbers: aligned for vector registers, and in large pages where it is large. Reading the weights of a
/// network in pages of 4 KiB costs as much for finding the pages as for reading them.
enum AlignedMemory {
  /// A cache line, an AVX-512 register.
  static let alignment = 64
  private static let largePage = 2 << 20

  /// - Returns: At least one byte; given back by ``free(_:)``.
  static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
    let isLarge = byteCount >= 2 * largePage
    var memory: UnsafeMutableRawPointer?
    let status = posix_memalign(&memory, isLarge ? largePage : alignment, max(byteCount, 1))
    guard status == 0, let memory else { fatalError("out of memory: \(byteCount) bytes for numbers") }
    // A wish: where the kernel has no large pages, small ones do.
    if isLarge { madvise(memory, byteCount, MADV_HUGEPAGE) }
    return memory
  }

  static func free(_ memory: UnsafeMutableRawPointer) { Glibc.free(memory) }
}
