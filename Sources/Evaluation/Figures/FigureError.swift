import DurableFiles

/// Why a figure was not made.
public enum FigureError: Error, Equatable, Sendable {
  /// A picture whose size is not accepted or does not fit its pixels.
  case unacceptablePicture(width: Int, height: Int, pixelCount: Int)
  /// More pixels than a PNG of a figure may have, or a scale that is not positive.
  case unacceptableScale(figure: String, width: Double, height: Double, scale: Double)
  /// The drawing library's own words.
  case drawing(figure: String, reason: String)
  /// It was drawn but not written.
  case file(FileWriteError)
}

extension FigureError: CustomStringConvertible {
  /// What failed and why, in one line.
  public var description: String {
    switch self {
    case .unacceptablePicture(let width, let height, let pixelCount):
      "a picture of \(width)x\(height) with \(pixelCount) pixels is not accepted (each side 1 to "
        + "\(GreyPicture.maximumSide), one value a pixel)"
    case .unacceptableScale(let figure, let width, let height, let scale):
      "figure \"\(figure)\": \(NumberText.short(width))x\(NumberText.short(height)) points at scale "
        + "\(NumberText.short(scale)) is not accepted (1 to \(FigureRendering.maximumSide) pixels a side)"
    case .drawing(let figure, let reason): "figure \"\(figure)\" cannot be drawn: \(reason)"
    case .file(let error): error.description
    }
  }
}
