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
  /// The address can be reached from elsewhere, and no token protects the camera.
  case tokenNeeded(ListenAddress)
  /// A unix socket cannot be made there.
  case socketFile(path: String, reason: String)
  /// A socket that another program opened is none to listen on.
  case badSocket(descriptor: Int32, reason: String)
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
    case .tokenNeeded(let address):
      "cannot listen on \(address) without a token: whoever reaches this address would see the camera. Make one with "
        + "(umask 077; openssl rand -hex 24 > token) and name the file with --token-file or http.token_file; or "
        + "listen on 127.0.0.1"
    case .socketFile(let path, let reason): "cannot listen on unix:\(path): \(reason)"
    case .badSocket(let descriptor, let reason): "cannot listen on descriptor \(descriptor): \(reason)"
    case .systemCall(let address, let errno):
      "cannot listen on \(address): \(String(cString: strerror(errno)))"
    case .alreadyStarted: "the server was started before"
    }
  }
}
