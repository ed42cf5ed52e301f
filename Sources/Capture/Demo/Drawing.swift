import CKernels
import Glibc
import Imaging

/// Where a shape lies on a head, in the head's units.
struct Placement {
  var x: Float
  var y: Float
  /// Half the shape's width; negative to mirror it.
  var radiusX: Float
  var radiusY: Float
  /// In radians, clockwise.
  var angle: Float = 0
  /// How much nearer than the middle of the head.
  var depth: Float = 0

  init(_ x: Float, _ y: Float, _ radiusX: Float, _ radiusY: Float, angle: Float = 0, depth: Float = 0) {
    self.x = x
    self.y = y
    self.radiusX = radiusX
    self.radiusY = radiusY
    self.angle = angle
    self.depth = depth
  }
}

/// How a shape is filled.
struct Fill {
  /// The colour at the shape's top, and where it is shaded, at its bottom.
  var color: DrawnColor
  var bottomColor: DrawnColor?
  /// 0...1.
  var opacity: Float = 1
  /// How wide the edge is, in units.
  var softness: Float = 0.01
  /// The shape that this one shows only inside of.
  var clip: Drawing.Shape?

  init(
    _ color: DrawnColor, to bottomColor: DrawnColor? = nil, opacity: Float = 1, softness: Float = 0.01,
    clip: Drawing.Shape? = nil
  ) {
    self.color = color
    self.bottomColor = bottomColor
    self.opacity = opacity
    self.softness = softness
    self.clip = clip
  }
}

/// A polynomial of a shape's horizontal coordinate, -1 at its left end and 1 at its right end. The value is in
/// units of the shape's vertical radius.
struct Curve {
  var constant: Float
  var linear: Float = 0
  var square: Float = 0
  var cube: Float = 0
  var fourth: Float = 0

  init(_ constant: Float, _ linear: Float = 0, _ square: Float = 0, _ cube: Float = 0, _ fourth: Float = 0) {
    self.constant = constant
    self.linear = linear
    self.square = square
    self.cube = cube
    self.fourth = fourth
  }

  /// The curve with other ends or another middle: what is added in the middle, and on the way outwards.
  func moved(by constant: Float, square: Float = 0, fourth: Float = 0) -> Curve {
    Curve(self.constant + constant, linear, self.square + square, cube, self.fourth + fourth)
  }

  func value(at u: Float) -> Float {
    (((fourth * u + cube) * u + square) * u + linear) * u + constant
  }
}

/// How a round shape differs from an ellipse; see `kernel_shape_kind`.
struct RoundOutline {
  var taper: Float = 0
  var bulge: Float = 0
  var squareness: Float = 0
}

/// Soft shapes in the order in which they are painted, placed on a head.
struct Drawing {
  /// A shape of this drawing.
  struct Shape {
    fileprivate let index: Int32
  }

  private(set) var shapes: [kernel_shape] = []
  let pose: HeadPose

  init(on pose: HeadPose) {
    self.pose = pose
    shapes.reserveCapacity(128)
  }

  /// An ellipse, or what `outline` makes of it.
  @discardableResult
  mutating func round(_ placement: Placement, _ fill: Fill, outline: RoundOutline = RoundOutline()) -> Shape {
    var shape = start(KERNEL_SHAPE_ROUND, placement, fill, top: -1, bottom: 1)
    shape.taper = outline.taper
    shape.bulge = outline.bulge
    shape.squareness = outline.squareness
    shape.sharpness =
      min(abs(placement.radiusX), placement.radiusY) * pose.pixelsPerUnit / 2 / pixels(fill.softness)
    return append(shape)
  }

  /// An ellipse that fades out from its middle: light or shade.
  mutating func glow(_ placement: Placement, _ fill: Fill) {
    append(start(KERNEL_SHAPE_GLOW, placement, fill, top: -1, bottom: 1))
  }

  /// What lies below one curve and above another.
  ///
  /// - Parameter edgeCoverage: What is left where the curves meet: half, or 0 where the shape should vanish.
  @discardableResult
  mutating func band(
    _ placement: Placement, _ fill: Fill, below upper: Curve, above lower: Curve, edgeCoverage: Float = 0.5
  ) -> Shape {
    var top: Float = .infinity
    var bottom: Float = -.infinity
    for step in -8...8 {
      let u = Float(step) / 8
      top = min(top, upper.value(at: u))
      bottom = max(bottom, lower.value(at: u))
    }
    var shape = start(KERNEL_SHAPE_BAND, placement, fill, top: top - 0.05, bottom: bottom + 0.05)
    let softness = pixels(fill.softness)
    shape.sharpness = placement.radiusY * pose.pixelsPerUnit / softness
    shape.end_sharpness = abs(placement.radiusX) * pose.pixelsPerUnit / 2 / softness
    shape.edge_coverage = edgeCoverage
    shape.first = (upper.constant, upper.linear, upper.square, upper.cube, upper.fourth)
    shape.second = (lower.constant, lower.linear, lower.square, lower.cube, lower.fourth)
    return append(shape)
  }

  /// A line that thins out to both ends: a fold of the skin, a strand of hair.
  ///
  /// - Parameters:
  ///   - x: Its middle; `length` is half its length.
  ///   - width: In the middle, in units.
  ///   - bend: How far the middle is moved up, in half lengths.
  mutating func crease(
    _ x: Float, _ y: Float, length: Float, width: Float, angle: Float = 0, bend: Float = 0, depth: Float = 0,
    _ fill: Fill
  ) {
    guard fill.opacity > 0.01 else { return }
    let half = width / length / 2
    band(
      Placement(x, y, length, length, angle: angle, depth: depth), fill,
      below: Curve(-half - bend, 0, half + bend), above: Curve(half - bend, 0, bend - half),
      edgeCoverage: fill.softness < 0.019 ? 0.5 : 0.35)
  }

  /// Paints all shapes over a picture.
  func paint(on picture: inout Picture) {
    let planes = picture.planes
    let factor = picture.subsampling.factors.horizontal
    picture.withMutableBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      var luma = kernel_canvas(planes[0], pixelsPerSample: 1)
      luma.planes.0 = base + planes[0].offset
      kernel_paint_shapes(&luma, shapes, Int32(shapes.count))
      guard planes.count == 3 else { return }
      var chroma = kernel_canvas(planes[1], pixelsPerSample: Float(factor))
      chroma.planes = (base + planes[1].offset, base + planes[2].offset)
      chroma.plane_count = 2
      chroma.first_component = 1
      kernel_paint_shapes(&chroma, shapes, Int32(shapes.count))
    }
  }

  /// An edge narrower than a pixel would be jagged.
  private func pixels(_ softness: Float) -> Float { max(softness * pose.pixelsPerUnit, 1) }

  @discardableResult
  private mutating func append(_ shape: kernel_shape) -> Shape {
    shapes.append(shape)
    return Shape(index: Int32(shapes.count - 1))
  }

  /// A shape with everything but its outline. `top` and `bottom` are where the outline ends, in vertical radii.
  private func start(
    _ kind: kernel_shape_kind, _ placement: Placement, _ fill: Fill, top: Float, bottom: Float
  ) -> kernel_shape {
    let (x, y) = pose.pixel(x: placement.x, y: placement.y, depth: placement.depth)
    let cosine = cosf(placement.angle + pose.roll)
    let sine = sinf(placement.angle + pose.roll)
    let radiusX = placement.radiusX * pose.pixelsPerUnit
    let radiusY = placement.radiusY * pose.pixelsPerUnit
    var shape = kernel_shape()
    shape.kind = Int32(kind.rawValue)
    shape.clip = fill.clip?.index ?? -1
    shape.u_x = cosine / radiusX
    shape.u_y = sine / radiusX
    shape.u_0 = -(shape.u_x * x + shape.u_y * y)
    shape.v_x = -sine / radiusY
    shape.v_y = cosine / radiusY
    shape.v_0 = -(shape.v_x * x + shape.v_y * y)
    shape.edge_coverage = 0.5
    shape.opacity = fill.opacity
    let bottomColor = fill.bottomColor ?? fill.color
    shape.color = middle(fill.color, bottomColor)
    shape.gradient = middle(bottomColor, fill.color, sign: -1)

    let margin = pixels(fill.softness)
    let across = abs(radiusX) + margin
    let upwards = top * radiusY - margin
    let downwards = bottom * radiusY + margin
    let halfWidth = across * abs(cosine)
    let halfHeight = across * abs(sine)
    shape.left = x - halfWidth + min(-sine * upwards, -sine * downwards)
    shape.right = x + halfWidth + max(-sine * upwards, -sine * downwards)
    shape.top = y - halfHeight + min(cosine * upwards, cosine * downwards)
    shape.bottom = y + halfHeight + max(cosine * upwards, cosine * downwards)
    return shape
  }

  private func middle(_ one: DrawnColor, _ other: DrawnColor, sign: Float = 1) -> (Float, Float, Float) {
    ((one.luma + sign * other.luma) / 2, (one.cb + sign * other.cb) / 2, (one.cr + sign * other.cr) / 2)
  }
}

extension kernel_canvas {
  fileprivate init(_ plane: PlaneLayout, pixelsPerSample: Float) {
    self.init()
    width = Int32(plane.width)
    height = Int32(plane.height)
    bytes_per_line = plane.bytesPerLine
    pixels_per_sample = pixelsPerSample
    plane_count = 1
  }
}
