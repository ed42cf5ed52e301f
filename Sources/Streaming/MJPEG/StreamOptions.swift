import Pipeline

/// What a client may ask of the stream and of snapshots: `?overlay=0`, `?width=320`, `?fps=5`.
struct StreamOptions: Sendable, Equatable {
  static let widthRange = 16...4096
  static let rateRange = 0.1...240.0

  var variant: FrameVariant
  /// Frames a second at most; nil for all.
  var maximumRate: Double?

  /// - Throws: 400 for values that mean nothing.
  init(_ request: Request) throws(Refusal) {
    variant = FrameVariant(
      hasOverlay: try request.flag("overlay") ?? true,
      maximumWidth: try request.integer("width", Self.widthRange))
    maximumRate = try request.number("fps", Self.rateRange)
  }
}
