import Imaging

/// A pixel format, size and rate to ask a driver for.
struct CaptureMode: Equatable {
  var format: CameraPixelFormat
  var width: Int
  var height: Int
  /// Nil where the driver does not list rates.
  var interval: FrameInterval?
}

extension CaptureMode {
  /// The modes of an open camera in one pixel format each, the best for the request first.
  ///
  /// The size that comes nearest to the request counts most, then whether the rate is reached, then how fast
  /// it is, then the format's place in the order of preference.
  ///
  /// - Parameter formats: The formats to consider, all of which the driver lists.
  /// - Throws: ``CaptureError/deviceLost(path:)`` only.
  static func ranked(
    of device: OpenDevice, formats: [CameraPixelFormat], for request: V4L2Request
  ) throws(CaptureError) -> [CaptureMode] {
    var modes: [CaptureMode] = []
    for format in formats {
      let mode = try nearest(of: device, format: format, to: request)
      if !modes.contains(mode) { modes.append(mode) }
    }
    return modes.sorted { isBetter($0, than: $1, for: request) }
  }

  /// The mode of one pixel format that comes nearest to the request; the request itself where the driver
  /// lists no sizes.
  private static func nearest(
    of device: OpenDevice, format: CameraPixelFormat, to request: V4L2Request
  ) throws(CaptureError) -> CaptureMode {
    let sizes = try device.frameSizes(of: format.fourCC).map {
      $0.nearest(toWidth: request.width, height: request.height)
    }
    let size =
      sizes.min { distance(of: $0, from: request) < distance(of: $1, from: request) }
      ?? (width: possible(request.width), height: possible(request.height))
    let intervals = try device.frameIntervals(of: format.fourCC, width: size.width, height: size.height)
    let interval = intervals.map { $0.nearest(toFramesPerSecond: request.framesPerSecond) }
      .min { shortfall(of: $0, from: request) < shortfall(of: $1, from: request) }
    return CaptureMode(format: format, width: size.width, height: size.height, interval: interval)
  }

  /// A side that a picture may have.
  private static func possible(_ side: Int) -> Int { min(max(side, 1), Picture.maximumSide) }

  private static func isBetter(_ left: CaptureMode, than right: CaptureMode, for request: V4L2Request) -> Bool
  {
    let leftDistance = distance(of: (left.width, left.height), from: request)
    let rightDistance = distance(of: (right.width, right.height), from: request)
    if leftDistance != rightDistance { return leftDistance < rightDistance }
    let leftRate = min(left.rate(for: request), 1)
    let rightRate = min(right.rate(for: request), 1)
    if leftRate != rightRate { return leftRate > rightRate }
    return left.format.preferenceRank(width: left.width, height: left.height)
      < right.format.preferenceRank(width: right.width, height: right.height)
  }

  /// The rate as a part of the requested one; 1 from 95 %, since 29.97 and 30 are the same to people. Rates
  /// that the driver does not list are believed to be reached.
  private func rate(for request: V4L2Request) -> Double {
    guard let interval, request.framesPerSecond > 0 else { return 1 }
    let part = interval.framesPerSecond / request.framesPerSecond
    return part >= 0.95 ? 1 : part
  }

  private static func distance(of size: (width: Int, height: Int), from request: V4L2Request) -> Int {
    abs(size.width - possible(request.width)) + abs(size.height - possible(request.height))
  }

  private static func shortfall(of interval: FrameInterval, from request: V4L2Request) -> Double {
    abs(interval.framesPerSecond - request.framesPerSecond)
  }
}
