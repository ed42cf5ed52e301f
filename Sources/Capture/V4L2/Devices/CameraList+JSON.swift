/// The list for programs: one object with `cameras` and `others`. Sizes are single (`width`, `height`) or a
/// range (`minimum_width` …), rates single (`frames_per_second`) or a range (`minimum_frames_per_second` …).
extension CameraList: Encodable {
  private enum Key: String, CodingKey { case cameras, others }

  /// One object; see ``CameraList``.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    try object.encode(cameras, forKey: .cameras)
    try object.encode(others, forKey: .others)
  }
}

extension CameraList.OtherNode: Encodable {
  private enum Key: String, CodingKey { case path, card, reason }

  /// One object; see ``CameraList``.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    try object.encode(path, forKey: .path)
    try object.encode(card, forKey: .card)
    try object.encode(reason, forKey: .reason)
  }
}

extension CameraDescription: Encodable {
  private enum Key: String, CodingKey {
    case path, card, driver, bus, formats
    case stablePaths = "stable_paths"
  }

  /// One object; see ``CameraList``.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    try object.encode(path, forKey: .path)
    try object.encode(card, forKey: .card)
    try object.encode(driver, forKey: .driver)
    try object.encode(bus, forKey: .bus)
    try object.encode(stablePaths, forKey: .stablePaths)
    try object.encode(formats, forKey: .formats)
  }
}

extension CameraDescription.Format: Encodable {
  private enum Key: String, CodingKey {
    case format, description, direct, sizes
  }

  /// One object; see ``CameraList``.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    try object.encode(fourCC.description, forKey: .format)
    try object.encode(text, forKey: .description)
    try object.encode(isDirect, forKey: .direct)
    try object.encode(sizes, forKey: .sizes)
  }
}

extension CameraDescription.Size: Encodable {
  private enum Key: String, CodingKey {
    case width, height, rates
    case minimumWidth = "minimum_width"
    case maximumWidth = "maximum_width"
    case widthStep = "width_step"
    case minimumHeight = "minimum_height"
    case maximumHeight = "maximum_height"
    case heightStep = "height_step"
  }

  /// One object; see ``CameraList``.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    if range.isDiscrete {
      try object.encode(range.minimumWidth, forKey: .width)
      try object.encode(range.minimumHeight, forKey: .height)
    } else {
      try object.encode(range.minimumWidth, forKey: .minimumWidth)
      try object.encode(range.maximumWidth, forKey: .maximumWidth)
      try object.encode(range.widthStep, forKey: .widthStep)
      try object.encode(range.minimumHeight, forKey: .minimumHeight)
      try object.encode(range.maximumHeight, forKey: .maximumHeight)
      try object.encode(range.heightStep, forKey: .heightStep)
    }
    try object.encode(intervals, forKey: .rates)
  }
}

extension FrameIntervalRange: Encodable {
  private enum Key: String, CodingKey {
    case rate = "frames_per_second"
    case minimumRate = "minimum_frames_per_second"
    case maximumRate = "maximum_frames_per_second"
  }

  /// One object; see ``CameraList``.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    if isDiscrete {
      try object.encode(shortest.framesPerSecond, forKey: .rate)
    } else {
      try object.encode(longest.framesPerSecond, forKey: .minimumRate)
      try object.encode(shortest.framesPerSecond, forKey: .maximumRate)
    }
  }
}
