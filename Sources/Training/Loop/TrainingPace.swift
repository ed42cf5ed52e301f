/// How fast a run goes.
public struct TrainingPace: Sendable {
  /// Pictures a second since this process took up the epoch; its validation does not count.
  public var picturesPerSecond: Double
  /// Seconds until the run's last epoch ends; without its validations until this process has done one.
  public var secondsLeft: Double
}

/// What is left of a run. A picture costs as much as it has pixels, a validation always the same.
struct WorkLeft {
  /// Of an epoch.
  private let pictures: Int
  /// Of later epochs, each as many as it has the present epoch's pixels.
  private let laterPictures: Double
  /// With the present epoch's.
  private let validations: Int

  /// - Parameters:
  ///   - settings: The run's.
  ///   - epoch: The present one, from 0, below the settings' number.
  ///   - pictures: How many an epoch has.
  init(_ settings: TrainingSettings, epoch: Int, pictures: Int) {
    func pixels(_ epoch: Int) -> Double {
      let side = Double(settings.side(inEpoch: epoch))
      return side * side
    }
    let laterPixels = (epoch + 1..<settings.epochs).reduce(0.0) { $0 + pixels($1) }
    self.pictures = pictures
    laterPictures = Double(pictures) * laterPixels / pixels(epoch)
    validations = settings.epochs - epoch
  }

  /// Seconds until the run's end.
  ///
  /// - Parameters:
  ///   - done: Pictures of the present epoch so far.
  ///   - isValidated: Whether its validation is over.
  ///   - picturesPerSecond: How fast its pictures are learned.
  ///   - validationSeconds: What a validation takes.
  func seconds(
    done: Int, isValidated: Bool = false, picturesPerSecond: Double, validationSeconds: Double
  ) -> Double {
    (Double(pictures - done) + laterPictures) / picturesPerSecond
      + Double(isValidated ? validations - 1 : validations) * validationSeconds
  }
}
