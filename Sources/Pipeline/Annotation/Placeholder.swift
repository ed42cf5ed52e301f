import Imaging

/// The picture that stands in for a camera that is away: calm, dark, and it says why.
enum Placeholder {
  /// - Parameters:
  ///   - title: One short line.
  ///   - detail: The reason; broken into lines that fit.
  static func picture(width: Int, height: Int, title: String, detail: String) throws(ImagingError) -> Picture
  {
    var picture = try Picture(width: width, height: height, subsampling: .yuv420, luma: 28, cb: 132, cr: 126)
    let unit = max(1, height / 240)
    let titleStyle = TextStyle(scale: 0.55 * Double(unit), thickness: unit)
    let detailStyle = TextStyle(scale: max(0.4, 0.27 * Double(unit)), thickness: max(1, unit / 2))
    let lineHeight = detailStyle.size(of: "Ag").ascent * 2
    let lines = wrapped(detail, width: width * 9 / 10, style: detailStyle).prefix(4)
    var baseline = (height - lineHeight * lines.count) / 2
    let titleSize = titleStyle.size(of: title)
    picture.drawText(
      title, x: (width - titleSize.width) / 2, baseline: baseline, style: titleStyle, luma: 225)
    baseline += lineHeight / 3
    for line in lines {
      baseline += lineHeight
      let size = detailStyle.size(of: line)
      picture.drawText(line, x: (width - size.width) / 2, baseline: baseline, style: detailStyle, luma: 150)
    }
    return picture
  }

  private static func wrapped(_ text: String, width: Int, style: TextStyle) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, style.size(of: last + " " + word).width <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
