import DurableFiles

/// The files that the notebook makes for its networks, for whoever goes on in Python.
public enum PreparedFiles {
  /// `ml_data_df.csv`: a row a picture with one column a pixel. Its first column, without a name, is the picture's
  /// row in the original table, as pandas writes its index; then `emotion`, `0` … `2303`.
  public static func writeWideTable(_ pictures: FacePictures, to path: String) throws(FileWriteError) {
    var file = try AtomicFile(path: path)
    let names = (0..<FacePictures.pixelsPerPicture).map(String.init).joined(separator: ",")
    try file.write(",emotion,\(names)\n")
    let numbers = (0...255).map { Array(",\($0)".utf8) }
    var line: [UInt8] = []
    for index in 0..<pictures.count {
      line.removeAll(keepingCapacity: true)
      line.append(contentsOf: "\(pictures.sourceRows[index]),\(pictures.labels[index].rawValue)".utf8)
      for value in pictures[index] { line.append(contentsOf: numbers[Int(value)]) }
      line.append(10)
      try file.write(line)
    }
    try file.commit()
  }

  /// `image_data.npy`: float32 [count, 48, 48, 3] with grey values 0...255, the grey plane three times as
  /// OpenCV's `COLOR_GRAY2RGB` makes it. 958 MB for FER2013, of which one picture at a time is in memory.
  public static func writeImages(_ pictures: FacePictures, to path: String) throws(NPYWriterError) {
    let side = FacePictures.side
    var writer = try NPYWriter(path: path, elements: .float32, shape: [pictures.count, side, side, 3])
    var image = [Float](repeating: 0, count: FacePictures.pixelsPerPicture * 3)
    for index in 0..<pictures.count {
      for (position, value) in pictures[index].enumerated() {
        let grey = Float(value)
        image[3 * position] = grey
        image[3 * position + 1] = grey
        image[3 * position + 2] = grey
      }
      try writer.append(image)
    }
    try writer.finish()
  }

  /// `labels.npy`: int64 [count], 0...6.
  public static func writeLabels(_ pictures: FacePictures, to path: String) throws(NPYWriterError) {
    var writer = try NPYWriter(path: path, elements: .int64, shape: [pictures.count])
    try writer.append(pictures.labels.map { Int64($0.rawValue) })
    try writer.finish()
  }
}
