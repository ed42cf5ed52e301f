import Imaging

/// A pixel format that frames are taken in: the one table for choosing, parsing, printing and opening.
public struct CameraPixelFormat: Sendable, Hashable {
  /// What the bytes of a frame are.
  enum Contents: Sendable, Hashable {
    case jpeg
    case raw(RawPixelFormat)
  }

  /// V4L2's code for it, `MJPG`.
  public let fourCC: FourCC
  /// The name on the command line, `mjpg`.
  public let name: String
  let contents: Contents
  /// Other names by which people know it.
  private let aliases: [String]

  private init(_ fourCC: FourCC, _ name: String, _ contents: Contents, aliases: [String] = []) {
    self.fourCC = fourCC
    self.name = name
    self.contents = contents
    self.aliases = aliases
  }

  /// All formats, the most useful first: what has colour at the least cost before what must be decoded,
  /// and what has no colour last.
  public static let all: [CameraPixelFormat] = [
    CameraPixelFormat(FourCC("YUYV"), "yuyv", .raw(.yuyv), aliases: ["yuy2", "yuyv422"]),
    CameraPixelFormat(FourCC("UYVY"), "uyvy", .raw(.uyvy), aliases: ["uyvy422"]),
    CameraPixelFormat(FourCC("NV12"), "nv12", .raw(.nv12)),
    CameraPixelFormat(FourCC("YU12"), "yuv420", .raw(.yuv420), aliases: ["i420", "yuv420p", "yu12"]),
    CameraPixelFormat(FourCC("YV12"), "yvu420", .raw(.yvu420), aliases: ["yv12"]),
    CameraPixelFormat(FourCC("MJPG"), "mjpg", .jpeg, aliases: ["mjpeg"]),
    CameraPixelFormat(FourCC("JPEG"), "jpeg", .jpeg, aliases: ["jpg"]),
    CameraPixelFormat(FourCC("RGB3"), "rgb24", .raw(.rgb24), aliases: ["rgb3"]),
    CameraPixelFormat(FourCC("BGR3"), "bgr24", .raw(.bgr24), aliases: ["bgr3"]),
    CameraPixelFormat(FourCC("GREY"), "grey", .raw(.grey), aliases: ["gray", "y8"]),
  ]

  /// The formats that libv4l2 makes of others, the better one first: BGR is what most programs ask it for, so
  /// those conversions are the tried ones (RGB565 to YUV 4:2:0 reads beyond the frame), and its range is
  /// never in doubt.
  static let convertible = ["bgr24", "yuv420"].compactMap { CameraPixelFormat(name: $0) }

  /// The format with V4L2's code; nil where it is none of ours.
  public init?(fourCC: FourCC) {
    guard let format = CameraPixelFormat.all.first(where: { $0.fourCC == fourCC }) else { return nil }
    self = format
  }

  /// The format that a person named: `yuyv`, `MJPG`, `i420`. Nil where there is none of that name.
  public init?(name: String) {
    let lowercased = name.lowercased()
    let match = CameraPixelFormat.all.first {
      $0.name == lowercased || $0.fourCC.description.lowercased() == lowercased
        || $0.aliases.contains(lowercased)
    }
    guard let match else { return nil }
    self = match
  }

  var isCompressed: Bool { contents == .jpeg }

  /// Whether samples are of full range where the driver says nothing: V4L2's rule for RGB, and the practice of
  /// cameras (and of the kernel's own test camera) for grey.
  var isFullRangeByDefault: Bool { [.raw(.rgb24), .raw(.bgr24), .raw(.grey)].contains(contents) }

  /// The place in the order of preference for a picture of this size, 0 the best.
  ///
  /// Up to 640x480 at 30 fps uncompressed frames fit through USB 2, cost no decoding and lose nothing; above
  /// that USB cameras reach their rates in JPEG alone.
  func preferenceRank(width: Int, height: Int) -> Int {
    let place = CameraPixelFormat.all.firstIndex(of: self) ?? CameraPixelFormat.all.count
    let isLarge = width * height > 640 * 480
    return isLarge && isCompressed ? place - CameraPixelFormat.all.count : place
  }
}

extension CameraPixelFormat: CustomStringConvertible {
  /// The four characters, `MJPG`.
  public var description: String { fourCC.description }
}
