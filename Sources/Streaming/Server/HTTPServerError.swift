import Glibc

/// Why the server cannot listen.
public enum HTTPServerError: Error, Equatable, Sendable {
  /// Not of the form `host:port`.
  case badAddress(text: String, reason: String)
  /// The name has no address.
  case unknownHost(String)
  /// Another program listens there.
  case addressInUse(ListenAddress)
  /// No network interface has this address.
  case addressNotAvailable(ListenAddress)
  /// The port needs a privilege: below 1024, as a rule.
  case notPermitted(ListenAddress)
  /// A system call failed with an error that has no case of its own.
  case systemCall(address: ListenAddress, errno: Int32)
  /// A server starts once; make another one.
  case alreadyStarted
}

extension HTTPServerError: CustomStringConvertible {
  /// What failed, on what, why and what to do, in one line.
  public var description: String {
    switch self {
    case .badAddress(let text, let reason): "cannot listen on \"\(text)\": \(reason)"
    case .unknownHost(let host): "cannot listen on \(host): the name has no address"
    case .addressInUse(let address):
      "cannot listen on \(address): another program does; choose another port, or 0 for any that is free"
    case .addressNotAvailable(let address):
      "cannot listen on \(address): no network interface has this address; try 127.0.0.1"
    case .notPermitted(let address):
      "cannot listen on \(address): not permitted; choose a port from 1024 up"
    case .systemCall(let address, let errno):
      "cannot listen on \(address): \(String(cString: strerror(errno)))"
    case .alreadyStarted: "the server was started before"
    }
  }
}
