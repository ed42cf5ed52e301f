import NIOCore
import Pipeline
import Synchronization

/// The newest records of the label stream as server-sent events, each written once for all readers.
///
/// Bounded in number and in bytes, whoever reads and however slowly. A reader has no queue: it knows the place of
/// the record that it had last, and takes what came after it.
final class EventHistory: Sendable {
  /// What a reader takes at one time.
  struct Reading {
    /// Whole events; none where the reader has all there are.
    var bytes: ByteBuffer
    /// The place of the last one.
    var place: UInt64
    /// Records in it.
    var count: Int
    /// Records that the reader will never see.
    var skipped: UInt64
  }

  private struct State {
    var entries = CircularBuffer<ByteBuffer>()
    var byteCount = 0
    /// The place of the newest record; the first one has place 1.
    var newest: UInt64 = 0
    var newestLabels: LabelRecord?

    /// The place just before the oldest record that is kept.
    var beforeOldest: UInt64 { newest - UInt64(entries.count) }
  }

  /// In front of the places in identifiers: those of another run of the program are told apart.
  private let life = UInt32.random(in: .min ... .max)
  private let maximumCount: Int
  private let maximumBytes: Int
  private let state = Mutex(State())

  /// - Parameters:
  ///   - maximumCount: Records that are kept.
  ///   - maximumBytes: Bytes of all of them; the newest one is kept whatever its size.
  init(maximumCount: Int, maximumBytes: Int) {
    self.maximumCount = maximumCount
    self.maximumBytes = maximumBytes
  }

  /// Takes in the newest record.
  func append(_ record: LabelStreamRecord) {
    let text =
      switch record {
      case .labels(let labels): "data: \(labels.json)\n\n"
      case .camera(let camera): "event: camera\ndata: \(camera.json)\n\n"
      }
    state.withLock { state in
      if case .labels(let labels) = record { state.newestLabels = labels }
      state.newest += 1
      let entry = ByteBuffer(string: "id: \(life)-\(state.newest)\n\(text)")
      state.entries.append(entry)
      state.byteCount += entry.readableBytes
      while state.entries.count > maximumCount || state.byteCount > maximumBytes && state.entries.count > 1 {
        state.byteCount -= state.entries.removeFirst().readableBytes
      }
    }
  }

  /// The newest record of a frame; nil before the first. Unlike the label hub's this is no sign that somebody
  /// watches.
  var newestLabels: LabelRecord? { state.withLock { $0.newestLabels } }

  /// The place from which a new reader begins: with the newest records, at most so many.
  func place(forNewest count: Int) -> UInt64 {
    state.withLock { $0.newest - UInt64(min(count, $0.entries.count)) }
  }

  /// The place of the record that an event's identifier names, kept or not; nil where it was never given out here.
  func place(of identifier: String) -> UInt64? {
    let parts = identifier.split(separator: "-", maxSplits: 1)
    guard parts.count == 2, parts[0] == String(life), let place = UInt64(parts[1]) else { return nil }
    return state.withLock { $0.newest >= place } ? place : nil
  }

  /// What comes after a place.
  ///
  /// - Parameters:
  ///   - place: Of the last record that the reader had.
  ///   - maximumLag: A reader that is further behind gets the newest record alone; nil for one that comes back and
  ///     may have all that is kept.
  ///   - maximumBytes: Where the reading ends; one record comes whatever its size.
  func read(after place: UInt64, maximumLag: UInt64?, maximumBytes: Int) -> Reading {
    state.withLock { state in
      let isTooFarBehind = maximumLag.map { state.newest - place > $0 } ?? false
      let start = isTooFarBehind ? state.newest - 1 : max(place, state.beforeOldest)
      var reading = Reading(bytes: ByteBuffer(), place: start, count: 0, skipped: start - place)
      for entry in state.entries.dropFirst(Int(start - state.beforeOldest)) {
        let size = reading.bytes.readableBytes + entry.readableBytes
        guard reading.count == 0 || size <= maximumBytes else { break }
        reading.bytes.writeImmutableBuffer(entry)
        reading.place += 1
        reading.count += 1
      }
      return reading
    }
  }
}
