/// What a colour is for. Each role has a colour on light paper and one for a dark page.
///
/// The series colours are those of M. Okabe and K. Ito, "Color Universal Design" (2008), which people with
/// any of the common colour vision deficiencies can tell apart; their dark variants are lighter tints. No
/// figure says anything by colour alone.
public enum FigureColor: String, Sendable, CaseIterable {
  /// Behind everything.
  case paper
  /// Titles, values, names.
  case ink
  /// Axis labels, explanations.
  case quiet
  /// Lines to read values by.
  case grid
  /// Axis lines, outlines, ticks.
  case axis
  /// The first series: blue.
  case first
  /// The second series: orange.
  case second
  /// The third series: green.
  case third
  /// The fourth series: purple.
  case fourth
  /// The fifth series: grey.
  case fifth
  /// The deepest colour of a heat map; shares are shown by how much of it covers the paper.
  case heat
  /// Text on the deepest colour of a heat map.
  case onHeat
  /// The line that matters among several: vermilion, which is dark enough for a thin line on paper.
  case emphasis
  /// What was right.
  case right
  /// What was wrong.
  case wrong

  /// The series' colours in their order; a sixth series begins again.
  public static func series(_ index: Int) -> FigureColor {
    let colors: [FigureColor] = [.first, .second, .third, .fourth, .fifth]
    return colors[((index % colors.count) + colors.count) % colors.count]
  }

  /// The colour on light paper, 0xRRGGBB. No two roles share one: that is how a drawing's colours are found
  /// again when a page asks for colours that follow its theme.
  var light: UInt32 {
    switch self {
    case .paper: 0xffffff
    case .ink: 0x1a1f26
    case .quiet: 0x566070
    case .grid: 0xe4e8ed
    case .axis: 0x98a3b3
    case .first: 0x0072b2
    case .second: 0xe69f00
    case .third: 0x009e73
    case .fourth: 0xcc79a7
    case .fifth: 0x7a8594
    case .heat: 0x0b4f8a
    case .onHeat: 0xfefefe
    case .emphasis: 0xd55e00
    case .right: 0x00694d
    case .wrong: 0xb34700
    }
  }

  /// The colour on a dark page, 0xRRGGBB.
  var dark: UInt32 {
    switch self {
    case .paper: 0x171c22
    case .ink: 0xe7eaee
    case .quiet: 0x9da8b5
    case .grid: 0x29313a
    case .axis: 0x64707f
    case .first: 0x56b4e9
    case .second: 0xf0b840
    case .third: 0x34c79d
    case .fourth: 0xe29cc4
    case .fifth: 0xa3adba
    case .heat: 0x2f7fc1
    case .onHeat: 0xfefefe
    case .emphasis: 0xff8f52
    case .right: 0x4fd0a8
    case .wrong: 0xff9a5c
    }
  }

  /// The custom property of a page's style sheet that this role follows, e.g. `--figure-ink`.
  var property: String { "--figure-" + rawValue }

  /// 0xRRGGBB as CSS writes it, e.g. `#1a1f26`.
  static func hexadecimal(_ color: UInt32) -> String {
    let digits = String(color, radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }
}
