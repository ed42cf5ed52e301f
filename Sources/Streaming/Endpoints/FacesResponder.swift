import NIOCore
import Pipeline

/// `/faces`: the newest label record.
///
/// Before the first frame was analysed, and while the source gives none, `time`, `frame`, `width` and `height` are null
/// and `faces` is empty: a client needs no second form, and can tell that from a frame without faces.
struct FacesResponder: Responder {
  static let nothingNow = #"{"time":null,"frame":null,"width":null,"height":null,"faces":[]}"#

  let context: CameraContext

  func answer(_ request: Request, on eventLoop: any EventLoop) -> Answer {
    // Asked for in any case: a camera that rests opens for whoever asks.
    let newest = context.labels.latest
    // The last record of a camera that is away says nothing about now.
    let isRunning = context.status().source == .running
    return .complete(.json(isRunning ? newest?.json ?? Self.nothingNow : Self.nothingNow))
  }
}
