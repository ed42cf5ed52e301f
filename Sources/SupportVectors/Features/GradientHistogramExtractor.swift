import COpenCV
import Tensors

/// Computes histograms of oriented gradients by OpenCV. Used by one thread at a time.
public final class GradientHistogramExtractor {
  /// What it computes.
  public let settings: GradientHistogramSettings
  /// How many features a picture has.
  public let featureCount: Int

  private let descriptor: OpaquePointer
  private var message = [CChar](repeating: 0, count: 512)

  /// Prepares the tables that all pictures share.
  ///
  /// - Throws: ``SupportVectorError/setting(name:value:allowed:)``,
  ///   ``SupportVectorError/gradientHistogram(reason:)``.
  public init(settings: GradientHistogramSettings = GradientHistogramSettings()) throws(SupportVectorError) {
    self.settings = settings
    featureCount = try settings.featureCount()
    let shape = copencv_hog_shape(
      window_side: Int32(settings.windowSide), block_side: Int32(settings.blockSide),
      block_stride: Int32(settings.blockStride), cell_side: Int32(settings.cellSide),
      bins: Int32(settings.binCount))
    guard let descriptor = copencv_hog_create(shape, &message, message.count) else {
      throw .gradientHistogram(reason: Self.text(message))
    }
    self.descriptor = descriptor
    guard copencv_hog_length(descriptor) == featureCount else {
      throw .gradientHistogram(
        reason: "OpenCV makes \(copencv_hog_length(descriptor)) features, \(featureCount) were expected")
    }
  }

  deinit { copencv_hog_free(descriptor) }

  /// The features of one picture, each 0...1.
  ///
  /// - Parameter pixels: Grey levels, row by row, side x side of them.
  /// - Throws: ``SupportVectorError/featureCount(expected:actual:)`` for a picture of another size,
  ///   ``SupportVectorError/gradientHistogram(reason:)``.
  public func features(of pixels: [UInt8]) throws(SupportVectorError) -> [Float] {
    var features = [Float](repeating: 0, count: featureCount)
    let outcome: Result<Void, SupportVectorError> = pixels.withUnsafeBufferPointer { pixels in
      features.withUnsafeMutableBufferPointer { target in
        do throws(SupportVectorError) { return .success(try describe(pixels, target)) } catch {
          return .failure(error)
        }
      }
    }
    try outcome.get()
    return features
  }

  /// The features of many pictures, one row a picture, on the workers of a pool.
  ///
  /// - Parameters:
  ///   - pictureCount: How many pictures.
  ///   - pixels: Gives a picture's grey levels by its number; runs on several threads at once.
  /// - Throws: As ``features(of:)``, for the first picture that fails.
  public static func features(
    ofPictures pictureCount: Int, settings: GradientHistogramSettings = GradientHistogramSettings(),
    pool: WorkerPool = WorkerPool(), pixels: (Int) -> [UInt8]
  ) throws(SupportVectorError) -> FeatureMatrix {
    var extractors: [GradientHistogramExtractor] = []
    for _ in 0..<pool.workerCount { extractors.append(try GradientHistogramExtractor(settings: settings)) }
    var failures = [(picture: Int, error: SupportVectorError)?](repeating: nil, count: pool.workerCount)
    let features = try failures.withUnsafeMutableBufferPointer { failures throws(SupportVectorError) in
      // Each worker has an extractor and a place for its first failure of its own.
      nonisolated(unsafe) let (failures, extractors) = (failures, extractors)
      return try FeatureMatrix(rows: pictureCount, columns: extractors[0].featureCount, pool: pool) {
        worker, picture, target in
        let outcome: Result<Void, SupportVectorError> = pixels(picture).withUnsafeBufferPointer { pixels in
          do throws(SupportVectorError) {
            return .success(try extractors[worker].describe(pixels, target))
          } catch { return .failure(error) }
        }
        if case .failure(let error) = outcome, failures[worker] == nil { failures[worker] = (picture, error) }
      }
    }
    if let first = failures.compactMap({ $0 }).min(by: { $0.picture < $1.picture }) { throw first.error }
    return features
  }

  private func describe(
    _ pixels: UnsafeBufferPointer<UInt8>, _ target: UnsafeMutableBufferPointer<Float>
  ) throws(SupportVectorError) {
    let side = settings.windowSide
    guard pixels.count == side * side else {
      throw .featureCount(expected: side * side, actual: pixels.count)
    }
    let status = copencv_hog_compute(
      descriptor, pixels.baseAddress!, side, target.baseAddress!, &message, message.count)
    guard status == 0 else { throw .gradientHistogram(reason: Self.text(message)) }
  }

  private static func text(_ message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
