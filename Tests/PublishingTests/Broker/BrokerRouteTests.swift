import Glibc
import Testing

@testable import Publishing

@Suite struct BrokerRouteTests {
  private static let four = BrokerRoute.Address(family: AF_INET, number: "192.0.2.7")
  private static let otherFour = BrokerRoute.Address(family: AF_INET, number: "192.0.2.8")
  private static let six = BrokerRoute.Address(family: AF_INET6, number: "2001:db8::7")

  private static func routes(_ text: String, _ found: [BrokerRoute.Address]) throws -> [BrokerRoute] {
    BrokerRoute.all(to: try BrokerAddress(text), among: found)
  }

  @Test func withoutEncryptionEachAddressIsAWay() throws {
    #expect(
      try Self.routes("mqtt://broker.lan", [Self.six, Self.four, Self.otherFour]).map(\.host)
        == ["2001:db8::7", "192.0.2.7", "192.0.2.8"])
  }

  /// A certificate is made out to the name.
  @Test func withEncryptionTheNameStaysAndTheFamilyIsChosen() throws {
    #expect(
      try Self.routes("mqtts://broker.lan", [Self.six, Self.four]) == [
        BrokerRoute(host: "broker.lan", localAddress: "::"),
        BrokerRoute(host: "broker.lan", localAddress: "0.0.0.0"),
      ])
    #expect(try Self.routes("mqtts://broker.lan", [Self.four]) == [BrokerRoute(host: "broker.lan")])
  }

  /// The library goes from one address to the next by itself where it may wait.
  @Test func withEncryptionSeveralAddressesOfAFamilyAreOneWay() throws {
    #expect(
      try Self.routes("mqtts://broker.lan", [Self.six, Self.four, Self.otherFour]) == [
        BrokerRoute(host: "broker.lan", localAddress: "::"),
        BrokerRoute(host: "broker.lan", localAddress: "0.0.0.0", isBlocking: true),
      ])
  }

  @Test(arguments: ["127.0.0.1", "::1"]) func aNumberStandsForItself(number: String) throws {
    let text = number.contains(":") ? "[\(number)]" : number
    #expect(try BrokerRoute.all(to: BrokerAddress("mqtt://\(text)")) == [BrokerRoute(host: number)])
    #expect(try BrokerRoute.all(to: BrokerAddress("mqtts://\(text)")) == [BrokerRoute(host: number)])
  }
}
