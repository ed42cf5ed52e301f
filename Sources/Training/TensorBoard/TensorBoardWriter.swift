import Foundation
import Synchronization

/// Writes an event file for TensorBoard: scalars, histograms and pictures over steps.
///
/// The file is named `events.out.tfevents.<time>.<host>.<suffix>`. Every event is one write, so a viewer sees it at
/// once and a crash loses none. Whoever goes on with a training makes a new writer for the same folder and says at
/// which step: TensorBoard joins the files and drops what older ones have logged for that step and later ones.
///
/// ```swift
/// let writer = try TensorBoardWriter(folder: "logs/vgg19/train")
/// try writer.log("epoch_loss", 1.25, step: epoch)
/// ```
public final class TensorBoardWriter: Sendable {
  /// The file's path.
  public let path: String
  private let clock: @Sendable () -> Double
  private let descriptor: Mutex<Int32?>

  /// Creates the folder where it is missing, and a new file in it.
  ///
  /// - Parameters:
  ///   - folder: The run's log folder; TensorBoard shows a folder as a run.
  ///   - firstStep: Where a training is continued; nothing where it begins. Of older files in the folder, what was
  ///     logged for this step and later ones is no longer shown.
  ///   - suffix: The end of the file's name; a number is appended where the name is taken.
  ///   - hostName: The machine's name unless told otherwise.
  ///   - clock: Seconds since 1970.
  /// - Throws: ``TensorBoardError/notWritable(path:operation:reason:)``.
  public init(
    folder: String, continuingAt firstStep: Int? = nil, suffix: String = "v2", hostName: String? = nil,
    clock: @escaping @Sendable () -> Double = { Date().timeIntervalSince1970 }
  ) throws(TensorBoardError) {
    do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
      throw .notWritable(path: folder, operation: "create the folder", reason: error.localizedDescription)
    }
    // No slash may come into the name, whatever the machine is called.
    let host = (hostName ?? ProcessInfo.processInfo.hostName).map { $0 == "/" ? "_" : $0 }
    // Ten digits, so that the files' order by name is their order in time, in which TensorBoard reads them.
    let seconds = String(format: "%010ld", Int(clock()))
    let stem = "\(folder)/events.out.tfevents.\(seconds).\(String(host)).\(suffix)"
    let (path, descriptor) = try Self.create(stem)
    self.path = path
    self.clock = clock
    self.descriptor = Mutex(descriptor)
    try append(TensorBoardEvent(wallTime: clock(), step: 0, contents: .fileVersion))
    // The first start in a folder is a beginning for TensorBoard, each further one a continuation.
    try append(TensorBoardEvent(wallTime: clock(), step: firstStep ?? 0, contents: .sessionStart))
  }

  deinit { if let descriptor = descriptor.withLock({ $0 }) { Foundation.close(descriptor) } }

  /// Logs a number, such as a loss.
  ///
  /// - Throws: ``TensorBoardError``, as when the disk is full.
  public func log(_ tag: String, _ value: Float, step: Int) throws(TensorBoardError) {
    try log(.scalar(tag: tag, value), step: step)
  }

  /// Logs how values are distributed, such as a layer's weights; those that are not finite are left out.
  ///
  /// - Throws: ``TensorBoardError``, as when the disk is full.
  public func logHistogram(
    _ tag: String, of values: some Sequence<Float>, step: Int
  ) throws(TensorBoardError) {
    try log(.histogram(tag: tag, TensorBoardHistogram(values)), step: step)
  }

  /// Logs a picture, such as a confusion matrix.
  ///
  /// - Parameters:
  ///   - tag: Its name.
  ///   - png: An encoded PNG.
  ///   - width: In pixels.
  ///   - height: In pixels.
  ///   - channels: 1 grey, 2 grey with transparency, 3 colour, 4 colour with transparency.
  ///   - step: Where on the axis.
  /// - Throws: ``TensorBoardError``, as when the disk is full.
  public func logImage(
    _ tag: String, png: [UInt8], width: Int, height: Int, channels: Int = 3, step: Int
  ) throws(TensorBoardError) {
    try log(.image(tag: tag, png: png, width: width, height: height, channels: channels), step: step)
  }

  /// Flushes the file to the disk and closes it. Without this it is closed when the writer goes away.
  ///
  /// - Throws: ``TensorBoardError``, as when the disk is full. Closing twice is no error.
  public func close() throws(TensorBoardError) {
    try descriptor.withLock { (descriptor) throws(TensorBoardError) in
      guard let open = descriptor else { return }
      descriptor = nil
      let isFlushed = fsync(open) == 0
      let error = Self.failure("flush", path)
      guard Foundation.close(open) == 0, isFlushed else {
        throw isFlushed ? Self.failure("close", path) : error
      }
    }
  }

  private func log(_ contents: TensorBoardEvent.Contents, step: Int) throws(TensorBoardError) {
    try append(TensorBoardEvent(wallTime: clock(), step: step, contents: contents))
  }

  private func append(_ event: TensorBoardEvent) throws(TensorBoardError) {
    let record = event.record
    try descriptor.withLock { (descriptor) throws(TensorBoardError) in
      guard let descriptor else { throw .closed(path: path) }
      let start = lseek(descriptor, 0, SEEK_CUR)
      var offset = 0
      while offset < record.count {
        let written = record[offset...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if written < 0 && errno == EINTR { continue }
        guard written > 0 else {
          let error = Self.failure("write to", path)
          // Half a record would hide every later one from readers. Where even this fails, nothing more can be done.
          if ftruncate(descriptor, start) == 0 { lseek(descriptor, start, SEEK_SET) }
          throw error
        }
        offset += written
      }
    }
  }

  private static func create(_ stem: String) throws(TensorBoardError) -> (path: String, descriptor: Int32) {
    var path = stem
    for attempt in 1...1000 {
      let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 { return (path, descriptor) }
      guard errno == EEXIST else { break }
      path = "\(stem).\(attempt)"
    }
    throw failure("create", path)
  }

  private static func failure(_ operation: String, _ path: String) -> TensorBoardError {
    .notWritable(path: path, operation: operation, reason: String(cString: strerror(errno)))
  }
}
