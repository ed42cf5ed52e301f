import CV4L2

/// What a node is and can do (VIDIOC_QUERYCAP), for this node and not for the device as a whole: a webcam's
/// metadata node belongs to a device that captures video, but does not do so itself.
struct DeviceCapability {
  let card: String
  let driver: String
  let bus: String
  private let flags: UInt32

  init(_ answer: cv4l2_capability) {
    card = text(answer.card)
    driver = text(answer.driver)
    bus = text(answer.bus)
    flags = answer.device_capabilities
  }

  private func has(_ capability: UInt32) -> Bool { flags & capability != 0 }

  /// Whether it captures video only by V4L2's multi-planar calls, which libv4l2 translates.
  var isMultiplanarCamera: Bool {
    has(cv4l2_capability_video_capture_multiplanar) && !has(cv4l2_capability_video_capture)
      && !isMemoryToMemory && has(cv4l2_capability_streaming)
  }

  /// What the node is instead of a camera that can stream; nil for a camera.
  var otherThanCamera: String? {
    if isMemoryToMemory { return "an encoder or decoder" }
    if has(cv4l2_capability_video_capture) {
      if has(cv4l2_capability_touch) { return "a touch sensor" }
      return has(cv4l2_capability_streaming) ? nil : "a video device that cannot stream"
    }
    let others: [(UInt32, String)] = [
      (cv4l2_capability_metadata_capture | cv4l2_capability_metadata_output, "a metadata node"),
      (cv4l2_capability_video_output | cv4l2_capability_video_output_multiplanar, "a video output"),
      (cv4l2_capability_overlay, "a video overlay"),
      (
        cv4l2_capability_vbi_capture | cv4l2_capability_sliced_vbi_capture | cv4l2_capability_vbi_output
          | cv4l2_capability_sliced_vbi_output, "a teletext (VBI) node"
      ),
      (cv4l2_capability_software_radio | cv4l2_capability_radio, "a radio"),
      (cv4l2_capability_video_capture_multiplanar, "a multi-planar camera"),
    ]
    return others.first { has($0.0) }?.1 ?? "a node without video capture"
  }

  private var isMemoryToMemory: Bool {
    has(cv4l2_capability_memory_to_memory | cv4l2_capability_memory_to_memory_multiplanar)
  }
}
