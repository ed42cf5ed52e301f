/// What is sent to a broker under a topic.
struct BrokerMessage: Sendable, Equatable {
  var topic: String
  var payload: [UInt8]
  /// Whether the broker keeps it for those who come later.
  var isRetained: Bool

  init(topic: String, payload: String, isRetained: Bool) {
    self.topic = topic
    self.payload = Array(payload.utf8)
    self.isRetained = isRetained
  }
}
