import CCairo

/// How wide text will be, for layouts that must know before anything is drawn.
enum TextMeasure {
  /// The family that figures are set in. Debian's fontconfig depends on a package with it or on a stand-in;
  /// without any font at all cairo draws its own built-in outlines.
  static let family = "DejaVu Sans"

  /// In points.
  static func width(_ text: String, size: Double, isBold: Bool = false) -> Double {
    let surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1)
    let context = cairo_create(surface)
    defer {
      cairo_destroy(context)
      cairo_surface_destroy(surface)
    }
    return width(text, size: size, isBold: isBold, context: context)
  }

  /// The widest of some texts, in points; 0 for none.
  static func widest(_ texts: [String], size: Double, isBold: Bool = false) -> Double {
    texts.map { width($0, size: size, isBold: isBold) }.max() ?? 0
  }

  static func width(_ text: String, size: Double, isBold: Bool, context: OpaquePointer?) -> Double {
    select(size: size, isBold: isBold, context: context)
    var extents = cairo_text_extents_t()
    cairo_text_extents(context, PlainText.oneLine(text), &extents)
    return extents.x_advance.isFinite ? extents.x_advance : 0
  }

  /// Selects the font; outlines are neither hinted nor fitted to pixels, so that every output is laid the same.
  static func select(size: Double, isBold: Bool, context: OpaquePointer?) {
    cairo_select_font_face(
      context, family, CAIRO_FONT_SLANT_NORMAL, isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
    cairo_set_font_size(context, size)
    let options = cairo_font_options_create()
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
    cairo_set_font_options(context, options)
    cairo_font_options_destroy(options)
  }

  /// The text, cut and marked with an ellipsis where it is wider than allowed.
  static func fitted(_ text: String, width: Double, size: Double, isBold: Bool = false) -> String {
    let line = PlainText.oneLine(text)
    if self.width(line, size: size, isBold: isBold) <= width { return line }
    let characters = Array(line)
    var low = 0
    var high = characters.count
    while low < high {
      let middle = (low + high + 1) / 2
      let candidate = String(characters[..<middle]) + "…"
      if self.width(candidate, size: size, isBold: isBold) <= width {
        low = middle
      } else {
        high = middle - 1
      }
    }
    return String(characters[..<low]).trimmingTrailingSpaces + "…"
  }

  /// The text broken at spaces into lines that are not wider than allowed; the last line that is allowed takes
  /// an ellipsis where more would follow.
  static func wrapped(_ text: String, width: Double, size: Double, maximumLines: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in PlainText.oneLine(text, maximumCount: 600).split(separator: " ") {
      let candidate = line.isEmpty ? String(word) : line + " " + word
      if line.isEmpty || self.width(candidate, size: size) <= width {
        line = candidate
      } else if lines.count + 1 < maximumLines {
        lines.append(line)
        line = String(word)
      } else {
        line = candidate
        break
      }
    }
    if !line.isEmpty { lines.append(line) }
    return lines.map { fitted($0, width: width, size: size) }
  }
}

extension String {
  fileprivate var trimmingTrailingSpaces: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
