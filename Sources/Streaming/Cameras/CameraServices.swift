import NIOCore

/// What the connections share of one camera.
struct CameraServices: Sendable {
  let context: CameraContext
  let catalog: VariantCatalog
  let events: EventStream
  let measures: StreamingMeasures

  init(context: CameraContext, eventLoops: [any EventLoop], configuration: HTTPServerConfiguration) {
    let measures = StreamingMeasures()
    self.context = context
    self.measures = measures
    catalog = VariantCatalog(
      context: context, eventLoops: eventLoops, configuration: configuration, measures: measures)
    events = EventStream(
      labels: context.labels, eventLoops: eventLoops, configuration: configuration, measures: measures)
  }

  /// Its figures at this moment.
  var snapshot: CameraSnapshot {
    CameraSnapshot(
      name: context.name, pathName: context.pathName, pipeline: context.status(),
      viewers: catalog.viewerCount, eventReaders: events.readerCount, streaming: measures.figures,
      labels: events.history.newestLabels)
  }
}
