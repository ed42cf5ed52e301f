/// How many samples each label has, in one part of a data set or in several beside each other.
public struct LabelCountsFigure: Figure {
  /// One part of the data set.
  public struct Part: Sendable, Equatable {
    /// E.g. "training"; shown where there are several parts.
    public let name: String
    /// A count for each label.
    public let counts: [Int]

    /// A part by its counts, in the order of the labels.
    public init(name: String, counts: [Int]) {
      self.name = name
      self.counts = counts
    }
  }

  /// The labels' names.
  public let labels: [String]
  /// The parts, drawn in this order.
  public let parts: [Part]
  /// Above the bars.
  public let title: String

  /// The counts of several parts.
  public init(labels: [String], parts: [Part], title: String) {
    self.labels = labels
    self.parts = parts
    self.title = title
  }

  /// The counts of one part.
  public init(labels: [String], counts: [Int], title: String) {
    self.init(labels: labels, parts: [Part(name: "samples", counts: counts)], title: title)
  }

  /// Every count.
  public var summary: String {
    guard !labels.isEmpty, !parts.isEmpty else { return "Samples by label: there are none." }
    let lines = labels.indices.map { label in
      "\(labels[label]): "
        + parts.map { part in
          (parts.count > 1 ? part.name + " " : "") + (count(part, label).map(NumberText.grouped) ?? "unknown")
        }.joined(separator: ", ")
    }
    return "Samples by label. " + lines.joined(separator: "; ") + "."
  }

  /// As high as its labels need.
  public var size: FigureSize {
    FigureSize(
      width: 640, height: frame.headerHeight(width: 640) + max(bars.height, 100) + FigureFrame.margin)
  }

  /// Draws the bars.
  public func draw(on canvas: Canvas) {
    let content = frame.draw(on: canvas)
    guard !labels.isEmpty, !parts.isEmpty else {
      canvas.emptyNote("No samples: there is nothing to count.", in: content)
      return
    }
    bars.draw(on: canvas, in: content)
  }

  private func count(_ part: Part, _ label: Int) -> Int? {
    label < part.counts.count ? part.counts[label] : nil
  }

  /// In floating point: counts from outside may not fit an integer together.
  private func total(_ part: Part) -> Double {
    part.counts.prefix(labels.count).reduce(0) { $0 + Double($1) }
  }

  private var bars: HorizontalBars {
    let counts = parts.flatMap { part in labels.indices.compactMap { count(part, $0).map(Double.init) } }
    return HorizontalBars(
      groups: labels.indices.map { label in
        .init(
          name: labels[label],
          bars: parts.map { part in
            guard let count = count(part, label) else { return .init(value: nil, text: "no count") }
            let total = total(part)
            let share = total > 0 ? " (\(NumberText.percent(Double(count) / total)))" : ""
            return .init(value: Double(count), text: NumberText.grouped(count) + share)
          })
      },
      colors: parts.indices.map(FigureColor.series),
      axis: .linear(counts, including: [0, 1], count: 5, isWhole: true) { NumberText.grouped($0) },
      axisTitle: "Samples")
  }

  private var frame: FigureFrame {
    let sums = parts.map { part in
      let text = NumberText.grouped(total(part))
      return parts.count > 1 ? "\(part.name) \(text)" : "\(text) samples"
    }
    return FigureFrame(
      title: title, explanation: sums.joined(separator: ", "),
      legend: parts.count > 1
        ? parts.enumerated().map { .init(name: $1.name, color: .series($0)) } : [])
  }
}
