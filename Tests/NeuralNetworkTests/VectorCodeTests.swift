import Testing

/// Tests that choose a set of instructions, or compare bits that depend on it, run one after the other: the choice
/// is the process's.
@Suite(.serialized) struct VectorCodeTests {}
