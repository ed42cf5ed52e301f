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

  private struct Entry {
    /// Nil for a record that is not of a frame.
    var frame: UInt64?
    var bytes: ByteBuffer
  }

  private struct State {
    var entries = CircularBuffer<Entry>()
    var byteCount = 0
    /// The place of the newest record; the first one has place 1.
    var newest: UInt64 = 0
    var newestLabels: LabelRecord?

    /// The place just before the oldest record that is kept.
    var beforeOldest: UInt64 { newest - UInt64(entries.count) }
  }

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
    let entry =
      switch record {
      case .labels(let labels):
        Entry(frame: labels.frame, bytes: ByteBuffer(string: "id: \(labels.frame)\ndata: \(labels.json)\n\n"))
      case .camera(let camera):
        Entry(frame: nil, bytes: ByteBuffer(string: "event: camera\ndata: \(camera.json)\n\n"))
      }
    state.withLock { state in
      if case .labels(let labels) = record { state.newestLabels = labels }
      state.entries.append(entry)
      state.byteCount += entry.bytes.readableBytes
      state.newest += 1
      while state.entries.count > maximumCount || state.byteCount > maximumBytes && state.entries.count > 1 {
        state.byteCount -= state.entries.removeFirst().bytes.readableBytes
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

  /// The place of the newest record of a frame; nil where it is not kept. Frame numbers begin anew when a camera
  /// comes back.
  func place(ofFrame frame: UInt64) -> UInt64? {
    state.withLock { state in
      guard let index = state.entries.lastIndex(where: { $0.frame == frame }) else { return nil }
      let distance = state.entries.distance(from: state.entries.startIndex, to: index)
      return state.beforeOldest + UInt64(distance) + 1
    }
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
        let size = reading.bytes.readableBytes + entry.bytes.readableBytes
        guard reading.count == 0 || size <= maximumBytes else { break }
        reading.bytes.writeImmutableBuffer(entry.bytes)
        reading.place += 1
        reading.count += 1
      }
      return reading
    }
  }
}
