/// Whether a page may make its visitor's browser ask this server, with the visitor's cookie or by sending a form.
///
/// A browser says which page it was (Origin, RFC 6454); programs say nothing, and have no cookies that others could
/// use.
struct OriginPolicy: Sendable {
  /// Names besides the one that the server was called by, without ports: those that a proxy may be called by.
  let allowedNames: Set<String>

  /// - Parameters:
  ///   - origin: The Origin header: `https://name:port`, or `null`.
  ///   - authority: What the server was called.
  ///   - isEncrypted: Whether the request came over TLS; then a page that did not is another one.
  func admits(origin: String?, authority: String?, isEncrypted: Bool) -> Bool {
    guard let origin else { return true }
    for (scheme, port) in [("https://", ":443"), ("http://", ":80")] where origin.hasPrefix(scheme) {
      guard scheme == "https://" || !isEncrypted else { return false }
      let asked = origin.dropFirst(scheme.count).lowercased()
      // Browsers leave a scheme's own port out, and others may not.
      let called = authority.map { Self.without(port, $0.lowercased()) }
      if called == Self.without(port, asked) { return true }
      return HostPolicy.name(inAuthority: asked).map(allowedNames.contains) ?? false
    }
    return false
  }

  private static func without(_ port: String, _ authority: String) -> String {
    authority.hasSuffix(port) ? String(authority.dropLast(port.count)) : authority
  }
}
