import Dispatch
import Imaging
import Synchronization

/// One network for several cameras: its weights are in memory once, its workers serve one batch at a time, and faces
/// that wait at the same moment are computed together, which costs less than one after the other.
///
/// Turns go in the order of asking, and a camera asks again only when it was answered: none waits for more than one
/// turn of each other. The thread whose turn it is computes; no thread of its own is needed.
///
/// Unchecked because the classifier is not Sendable: only the thread whose turn it is touches it, and the lock hands
/// the turn on.
public final class SharedClassifier: @unchecked Sendable {
  private final class Asking: @unchecked Sendable {
    let crops: [FaceCrop]
    /// Written by the thread whose turn it is, read by the asking one after `answered`; the semaphore orders the two.
    var scores: [EmotionScores]?
    let answered = DispatchSemaphore(value: 0)

    init(_ crops: [FaceCrop]) { self.crops = crops }
  }

  private struct State {
    /// First come, first served.
    var waiting: [Asking] = []
    var isTaken = false
  }

  private let classifier: any BatchClassifier
  private let state = Mutex(State())

  /// Takes the classifier, which nobody else uses from now on.
  public init(_ classifier: sending any BatchClassifier) { self.classifier = classifier }

  /// A classifier for one camera.
  public func makeClient() -> sending any EmotionClassifier { Client(shared: self) }

  /// How many ask now and were not answered; for tests.
  var waitingCount: Int { state.withLock { $0.waiting.count } }

  private final class Client: EmotionClassifier {
    private let shared: SharedClassifier

    init(shared: SharedClassifier) { self.shared = shared }

    func classify(_ boxes: [PixelRectangle], in picture: Picture) -> [EmotionScores] {
      guard !boxes.isEmpty else { return [] }
      return shared.classify(boxes.map { FaceCrop(box: $0, picture: picture) })
    }
  }

  private func classify(_ crops: [FaceCrop]) -> [EmotionScores] {
    let asking = Asking(crops)
    let isOurTurn = state.withLock { state in
      state.waiting.append(asking)
      defer { state.isTaken = true }
      return !state.isTaken
    }
    if !isOurTurn {
      asking.answered.wait()
      // Woken without an answer: the turn was handed on.
      if let scores = asking.scores { return scores }
    }
    takeTurn()
    // Whoever has the turn is the first of those that wait, and so among those that it answers.
    return asking.scores ?? []
  }

  /// Answers the first that waits, and as many further ones as fit into the same batch.
  private func takeTurn() {
    let turn = state.withLock { state -> [Asking] in
      var count = 0
      let end =
        state.waiting.firstIndex { asking in
          defer { count += asking.crops.count }
          return count > 0 && count + asking.crops.count > classifier.maximumBatch
        } ?? state.waiting.endIndex
      defer { state.waiting.removeFirst(end) }
      return Array(state.waiting[..<end])
    }
    var scores = classifier.classify(turn.flatMap(\.crops))[...]
    for asking in turn {
      asking.scores = Array(scores.prefix(asking.crops.count))
      scores = scores.dropFirst(asking.crops.count)
    }
    let next = state.withLock { state in
      state.isTaken = !state.waiting.isEmpty
      return state.waiting.first
    }
    // The first of the turn is the one that computes, and waits for nobody.
    for asking in turn.dropFirst() { asking.answered.signal() }
    next?.answered.signal()
  }
}
