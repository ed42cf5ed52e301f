import CKernels

/// Which instructions the kernels use. With each set sums are added up in another order, so that results differ in their
/// last bits.
public enum KernelInstructions {
  /// This process's set, for people and for checkpoints.
  public static var name: String {
    switch kernel_instruction_set() {
    case KERNEL_AVX512: "AVX-512"
    case KERNEL_AVX2: "AVX2"
    default: "plain code"
    }
  }
}
