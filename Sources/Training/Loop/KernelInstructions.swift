import CKernels

/// Which instructions the products and Winograd's transforms use. With another set results may differ in their last bits:
/// plain code rounds products before it adds them.
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
