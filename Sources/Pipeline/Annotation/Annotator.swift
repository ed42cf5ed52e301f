import Faces
import Imaging

/// Draws what was seen into a frame: a box a face, with id, emotion and confidence on a dark bar.
///
/// Sizes follow the frame's height. A box has a dark edge on both sides and text stands on a darkened ground, so
/// both can be read on any picture.
public enum Annotator {
  /// Draws all faces. The faces' boxes may come from an earlier frame of the same size.
  public static func draw(_ faces: [LabelledFace], on picture: inout Picture) {
    let shortSide = Double(min(picture.width, picture.height))
    let unit = max(1, Int((shortSide / 480).rounded()))
    // Smaller letters of this font cannot be read, larger ones hide the picture.
    let style = TextStyle(scale: max(0.45, shortSide / 480 * 0.5), thickness: unit)
    for face in faces { drawBox(face, unit: unit, on: &picture) }
    // Text after all boxes: a neighbour's box never crosses it.
    for face in faces { drawLabel(face, unit: unit, style: style, on: &picture) }
  }

  /// The words beside a face: `#3 happiness 93%`, with a question mark where the label is uncertain.
  static func label(of face: LabelledFace) -> String {
    // What is no number is no whole one either: converting it would end the program.
    let percent = face.confidence > 0 ? Int((min(face.confidence, 1) * 100).rounded()) : 0
    return "#\(face.id) \(face.emotion.name)\(face.isUncertain ? "?" : "") \(percent)%"
  }

  private static func drawBox(_ face: LabelledFace, unit: Int, on picture: inout Picture) {
    let line = 2 * unit
    picture.outline(face.box.insetBy(-unit), thickness: line + 2 * unit, color: .black)
    picture.outline(
      face.box, thickness: line, color: face.isUncertain ? Palette.uncertain : Palette[face.emotion])
  }

  private static func drawLabel(_ face: LabelledFace, unit: Int, style: TextStyle, on picture: inout Picture)
  {
    let text = label(of: face)
    let size = style.size(of: text)
    let padding = 3 * unit
    let stripe = 3 * unit
    let width = size.width + 2 * padding + stripe
    let height = size.ascent + size.descent + 2 * padding
    // Above the box; where there is no room, inside its upper edge; always inside the frame.
    let above = face.box.y - height - unit
    let y = min(max(above >= 0 ? above : face.box.y + unit, 0), max(picture.height - height, 0))
    let x = min(max(face.box.x - unit, 0), max(picture.width - width, 0))
    let bar = PixelRectangle(x: x, y: y, width: width, height: height)
    picture.fill(bar, color: OverlayColor(luma: 16), opacity: 200)
    picture.fill(
      PixelRectangle(x: x, y: y, width: stripe, height: height),
      color: face.isUncertain ? Palette.uncertain : Palette[face.emotion])
    picture.drawText(
      text, x: x + stripe + padding, baseline: y + padding + size.ascent, style: style, luma: 255)
  }
}

/// The overlay's colours: one an emotion, apart in hue and in lightness.
enum Palette {
  static let uncertain = OverlayColor(luma: 190)

  static subscript(emotion: Emotion) -> OverlayColor {
    switch emotion {
    case .anger: OverlayColor(red: 229, green: 57, blue: 53)
    case .disgust: OverlayColor(red: 124, green: 179, blue: 66)
    case .fear: OverlayColor(red: 171, green: 71, blue: 188)
    case .happiness: OverlayColor(red: 255, green: 213, blue: 0)
    case .sadness: OverlayColor(red: 66, green: 133, blue: 244)
    case .surprise: OverlayColor(red: 255, green: 145, blue: 0)
    case .neutral: OverlayColor(red: 224, green: 224, blue: 224)
    }
  }
}

extension PixelRectangle {
  /// Smaller by `margin` on each side; larger where it is negative.
  func insetBy(_ margin: Int) -> PixelRectangle {
    PixelRectangle(x: x + margin, y: y + margin, width: width - 2 * margin, height: height - 2 * margin)
  }
}
