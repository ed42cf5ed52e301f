import Foundation

extension Exploration {
  /// Everything as plain text, for a terminal or a report, in lines of at most 100 characters.
  public var text: String {
    [overview, labels, overlaps, brightness].joined(separator: "\n\n") + "\n"
  }

  private var overview: String {
    var lines = [
      source, "",
      "Shape: (\(rowCount), \(columns.count))", "Each picture is \(imageSide) x \(imageSide)", "",
      TextTable.row(["column", "non-null", "null", "type"], widths: [10, 10, 8, 8]),
    ]
    lines += columns.map {
      TextTable.row([$0.name, "\($0.nonNullCount)", "\($0.nullCount)", $0.type], widths: [10, 10, 8, 8])
    }
    lines += [
      "memory usage: \(TextTable.decimal(Double(tableBytes) / 1024, digits: 1))+ KB", "",
      "Repeated rows (all columns equal): \(duplicates.repeatedRows)",
      "Shape without them: (\(duplicates.rowsWithoutRepeats), \(columns.count))",
      "Different pictures: \(duplicates.distinctPictures)",
      "Groups of rows with the same picture: \(duplicates.groups) (\(duplicates.rowsInGroups) rows), "
        + "\(duplicates.groupsWithConflictingLabels) with more than one label, "
        + "\(duplicates.groupsAcrossParts) in more than one part",
    ]
    return lines.joined(separator: "\n")
  }

  private var labels: String {
    let widths = [12, 10, 18] + parts.map { _ in 13 }
    var lines = [
      TextTable.row(["label", "rows", "without repeats"] + parts.map(\.name), widths: widths)
    ]
    for (label, name) in emotions.enumerated() {
      lines.append(
        TextTable.row(
          ["\(label) \(name)", "\(labelCounts[label])", "\(labelCountsWithoutRepeats[label])"]
            + parts.map { "\($0.labelCounts[label])" }, widths: widths))
    }
    lines.append(
      TextTable.row(
        ["all", "\(rowCount)", "\(duplicates.rowsWithoutRepeats)"] + parts.map { "\($0.rowCount)" },
        widths: widths))
    return lines.joined(separator: "\n")
  }

  private var overlaps: String {
    let lines = parts.flatMap { part in
      part.overlaps.map { overlap in
        "Pictures of \(part.name) that are also in \(overlap.other): \(overlap.rowCount) "
          + "(\(overlap.sameLabelCount) with the same label)"
      }
    }
    return lines.isEmpty ? "All pictures belong to one part." : lines.joined(separator: "\n")
  }

  private var brightness: String {
    let widths = [12, 10, 10, 22, 22]
    func row(_ name: String, _ statistics: PictureStatistics) -> String {
      TextTable.row(
        [
          name, TextTable.decimal(statistics.mean, digits: 2),
          TextTable.decimal(statistics.standardDeviation, digits: 2), spread(statistics.brightness),
          spread(statistics.contrast),
        ], widths: widths)
    }
    func spread(_ spread: PictureStatistics.Spread) -> String {
      [spread.lowerQuartile, spread.median, spread.upperQuartile].map { TextTable.decimal($0, digits: 1) }
        .joined(separator: " ")
    }
    var lines = [
      "Grey values (quartiles over pictures of their mean and of their standard deviation)",
      TextTable.row(["label", "mean", "deviation", "brightness", "contrast"], widths: widths),
    ]
    lines += zip(emotions, statisticsByEmotion).map { row($0, $1) }
    lines += [
      row("all", statistics), "",
      "Pictures of a single grey value: \(constantPictures.count)"
        + (constantPictures.isEmpty
          ? ""
          : " (rows \(constantPictures.prefix(12).map(String.init).joined(separator: ", "))"
            + (constantPictures.count > 12 ? ", …)" : ")")),
      "Pictures with a standard deviation below \(Int(Self.lowContrastLimit)): \(lowContrastCount)",
    ]
    return lines.joined(separator: "\n")
  }
}

/// Columns of text: the first to the left, the others to the right.
enum TextTable {
  static func row(_ cells: [String], widths: [Int]) -> String {
    zip(cells, widths).enumerated().map { index, cell in
      let padding = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
      return index == 0 ? cell.0 + padding : padding + cell.0
    }.joined()
  }

  static func decimal(_ value: Double, digits: Int) -> String { String(format: "%.\(digits)f", value) }
}
