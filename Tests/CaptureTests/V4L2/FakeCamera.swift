import CV4L2

@testable import Capture

/// What a ``FakeKernel`` says about one node.
struct FakeCamera {
  struct Size {
    var answer: cv4l2_frame_size
    var intervals: [cv4l2_frame_interval]

    /// A single size with single rates.
    init(_ width: UInt32, _ height: UInt32, framesPerSecond: [UInt32]) {
      answer = cv4l2_frame_size()
      answer.type = cv4l2_type_discrete
      answer.minimum_width = width
      answer.maximum_width = width
      answer.minimum_height = height
      answer.maximum_height = height
      intervals = framesPerSecond.map { rate in
        let interval = cv4l2_fraction(numerator: 1, denominator: rate)
        return cv4l2_frame_interval(type: cv4l2_type_discrete, minimum: interval, maximum: interval)
      }
    }

    /// A range of sizes, with a range of rates.
    init(
      from minimum: (UInt32, UInt32), through maximum: (UInt32, UInt32), step: (UInt32, UInt32),
      framesPerSecond: ClosedRange<UInt32>
    ) {
      answer = cv4l2_frame_size()
      answer.type = 3
      answer.minimum_width = minimum.0
      answer.minimum_height = minimum.1
      answer.maximum_width = maximum.0
      answer.maximum_height = maximum.1
      answer.step_width = step.0
      answer.step_height = step.1
      intervals = [
        cv4l2_frame_interval(
          type: 3, minimum: cv4l2_fraction(numerator: 1, denominator: framesPerSecond.upperBound),
          maximum: cv4l2_fraction(numerator: 1, denominator: framesPerSecond.lowerBound))
      ]
    }

    func contains(_ width: UInt32, _ height: UInt32) -> Bool {
      (answer.minimum_width...answer.maximum_width).contains(width)
        && (answer.minimum_height...answer.maximum_height).contains(height)
    }
  }

  struct Format {
    var fourCC: FourCC
    var sizes: [Size]
    var flags: UInt32 = 0
  }

  var card = "Test Camera"
  var bus = "usb-1"
  /// Whether the driver knows V4L2's events.
  var hasEvents = false
  var capabilities = cv4l2_capability_video_capture | cv4l2_capability_streaming
  /// What libv4l2 makes of the capabilities; nil for the same.
  var convertedCapabilities: UInt32?
  var formats = [Format(fourCC: FourCC("YUYV"), sizes: [Size(640, 480, framesPerSecond: [30])])]
  var currentFormat = cv4l2_format()
  var ownInterval = cv4l2_fraction(numerator: 1, denominator: 15)
  var grantedBuffers: UInt32?
  var bufferLength: UInt32 = 640 * 480 * 4
  var controls: [cv4l2_control] = []
  var menus: [UInt32: [UInt32: String]] = [:]
  /// What S_FMT answers; the second argument says whether libv4l2 was asked.
  var grant: (cv4l2_format, Bool) -> cv4l2_format = { format, _ in format }

  static func control(
    _ identifier: UInt32, _ name: String, type: UInt32, _ range: ClosedRange<Int64> = 0...255,
    step: UInt64 = 1, defaultValue: Int64 = 128, flags: UInt32 = 0, elements: UInt32 = 1
  ) -> cv4l2_control {
    var control = cv4l2_control()
    control.identifier = identifier
    control.type = type
    control.minimum = range.lowerBound
    control.maximum = range.upperBound
    control.step = step
    control.default_value = defaultValue
    control.flags = flags
    control.elements = elements
    setText(&control.name, name)
    return control
  }
}
