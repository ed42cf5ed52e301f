import NIOCore
import Pipeline

/// `/faces`: the newest label record.
///
/// Before the first frame was analysed `time`, `frame`, `width` and `height` are null and `faces` is empty: a
/// client needs no second form, and can tell that from a frame without faces.
struct FacesResponder: Responder {
  static let nothingYet = #"{"time":null,"frame":null,"width":null,"height":null,"faces":[]}"#

  let labels: LabelHub

  func answer(_ request: Request, on eventLoop: any EventLoop) -> Answer {
    .complete(.json(labels.latest?.json ?? Self.nothingYet))
  }
}
