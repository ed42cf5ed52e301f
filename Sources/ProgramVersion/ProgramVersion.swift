/// The version that both programs say they have, and that their packages are named by.
public enum ProgramVersion {
  /// As semantic versioning has it: `1.2.3`.
  public static let text = "0.1.0"
}
