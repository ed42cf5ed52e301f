import Faces
import Imaging

/// Encodes one picture in the variants that are asked for; those that come out the same are encoded once.
struct VariantEncoding {
  /// A variant of the picture as a JPEG.
  struct Output {
    var jpeg: [UInt8]
    var width: Int
    var height: Int
  }

  /// What makes a difference for this picture.
  private struct Key: Hashable {
    var isAnnotated: Bool
    var width: Int
  }

  private let picture: Picture
  private let faces: [LabelledFace]
  private let quality: Int
  private let encoder: JPEGEncoder
  private let original: [UInt8]?
  private var outputs: [Key: Output] = [:]

  /// - Parameters:
  ///   - picture: Without overlay.
  ///   - faces: What is drawn where a variant has an overlay, in the picture's pixels.
  ///   - quality: Of the JPEGs, 1...100.
  ///   - encoder: Used by nobody else meanwhile.
  ///   - original: The picture as a JPEG that may be shown as it is, where nothing is drawn and the size is kept; nil
  ///     where every variant is encoded.
  init(
    _ picture: Picture, faces: [LabelledFace], quality: Int, encoder: JPEGEncoder, original: [UInt8]? = nil
  ) {
    self.original = original
    self.picture = picture
    self.faces = faces
    self.quality = quality
    self.encoder = encoder
  }

  /// The picture in a variant. Boxes and letters are drawn after it is made smaller, so that they stay legible.
  mutating func output(_ variant: FrameVariant) throws(ImagingError) -> Output {
    let key = Key(
      isAnnotated: variant.hasOverlay && !faces.isEmpty,
      width: min(picture.width, variant.maximumWidth ?? picture.width))
    if let output = outputs[key] { return output }
    if let original, !key.isAnnotated, key.width == picture.width {
      return Output(jpeg: original, width: picture.width, height: picture.height)
    }
    var rendering = picture
    if key.width < picture.width { rendering = try picture.shrunk(maximumWidth: key.width) }
    if key.isAnnotated {
      Annotator.draw(
        faces.map {
          $0.scaled(from: (picture.width, picture.height), to: (rendering.width, rendering.height))
        },
        on: &rendering)
    }
    let output = Output(
      jpeg: try encoder.encode(rendering, quality: quality), width: rendering.width,
      height: rendering.height)
    outputs[key] = output
    return output
  }
}

extension LabelledFace {
  /// The face with its box in the pixels of a copy of the picture.
  fileprivate func scaled(from old: (width: Int, height: Int), to new: (width: Int, height: Int))
    -> LabelledFace
  {
    guard old != new else { return self }
    var face = self
    let left = box.x * new.width / old.width
    let top = box.y * new.height / old.height
    face.box = PixelRectangle(
      x: left, y: top, width: max(1, (box.x + box.width) * new.width / old.width - left),
      height: max(1, (box.y + box.height) * new.height / old.height - top))
    return face
  }
}
