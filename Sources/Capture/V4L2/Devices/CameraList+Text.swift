extension CameraList {
  /// The list for people, several lines, with no line feed at the end.
  public var text: String {
    var lines: [String] = []
    for camera in cameras { lines += camera.lines }
    if cameras.isEmpty { lines.append("no cameras") }
    for node in others {
      let owner = node.card.isEmpty ? "" : " (\(node.card))"
      lines.append("\(node.path)\(owner): no camera: \(node.reason)")
    }
    return lines.joined(separator: "\n")
  }
}

extension CameraDescription {
  fileprivate var lines: [String] {
    var lines = ["\(path): \(card)", Self.line("driver", "\(driver), \(bus)")]
    for (index, path) in stablePaths.enumerated() { lines.append(Self.line(index == 0 ? "also" : "", path)) }
    for format in formats {
      let note = format.isDirect ? "" : " (through libv4l2, if at all)"
      lines.append(Self.line("\(format.fourCC)", format.text + note))
      lines += format.sizes.map { Self.line("", "  " + $0.line) }
    }
    return lines
  }

  /// A line of two columns.
  private static func line(_ key: String, _ value: String) -> String {
    "  " + key + String(repeating: " ", count: max(1, 9 - key.count)) + value
  }
}

extension CameraDescription.Size {
  fileprivate var line: String {
    let rates = intervals.map { interval in
      let fastest = FrameRateText.text(interval.shortest.framesPerSecond)
      return interval.isDiscrete
        ? fastest : FrameRateText.text(interval.longest.framesPerSecond) + " to " + fastest
    }
    var size = "\(range.minimumWidth)x\(range.minimumHeight)"
    if !range.isDiscrete {
      size += " to \(range.maximumWidth)x\(range.maximumHeight)"
      if range.widthStep > 1 || range.heightStep > 1 {
        size += " in steps of \(range.widthStep)x\(range.heightStep)"
      }
    }
    return rates.isEmpty ? size : "\(size) at \(rates.joined(separator: ", ")) fps"
  }
}
