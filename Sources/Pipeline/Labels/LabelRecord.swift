import Faces

/// What was seen in one analysed frame: one line of the label stream, and the answer of `/faces`.
public struct LabelRecord: Sendable, Equatable {
  /// When the frame was taken, in nanoseconds since 1970 (UTC).
  public var wallClockNanoseconds: UInt64
  /// The frame's sequence number from its source.
  public var frame: UInt64
  /// The full frame's size in pixels.
  public var width: Int
  /// In pixels.
  public var height: Int
  /// What the camera is called, where there are several.
  public var cameraName: String?
  /// The file that the frame came from, where it was a picture.
  public var file: String?
  /// Ordered by id.
  public var faces: [LabelledFace]

  /// A record of one frame.
  public init(
    wallClockNanoseconds: UInt64, frame: UInt64, width: Int, height: Int, cameraName: String? = nil,
    file: String? = nil, faces: [LabelledFace]
  ) {
    self.wallClockNanoseconds = wallClockNanoseconds
    self.frame = frame
    self.width = width
    self.height = height
    self.cameraName = cameraName
    self.file = file
    self.faces = faces
  }
}
