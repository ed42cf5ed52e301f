/// Why there is no connection to the broker; for people.
struct BrokerFailure: Error, Equatable, CustomStringConvertible {
  let description: String
}
