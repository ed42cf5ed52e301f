/// A small table in FER2013's form: pictures whose bright stripe tells the label.
enum SyntheticTable {
  static let header = "emotion,pixels,Usage\n"

  /// A row's pixels, which differ from number to number.
  static func pixels(label: Int, number: Int) -> String {
    (0..<48 * 48).map { place -> String in
      let row = place / 48
      let noise = (place &* 7919 &+ number &* 104_729) % 61
      return String(row / 7 == label ? 190 + noise : noise)
    }.joined(separator: " ")
  }

  static func row(label: Int, number: Int, usage: String = "Training") -> String {
    "\(label),\(pixels(label: label, number: number)),\(usage)\n"
  }

  /// So many rows of each label; every fifth is PublicTest's, every fifth PrivateTest's. Thirteen
  /// are the fewest that the notebook's split can take.
  static func text(perLabel: Int = 13) -> String {
    var text = header
    for number in 0..<perLabel {
      for label in 0..<7 {
        let usage = number % 5 == 3 ? "PublicTest" : number % 5 == 4 ? "PrivateTest" : "Training"
        text += row(label: label, number: number * 7 + label, usage: usage)
      }
    }
    return text
  }
}
