import Glibc
import Streaming

/// A list of host names, as it is configured: `camera.example,camera.local`.
struct HostNames: Equatable {
  /// In lower case.
  let names: Set<String>

  /// Nil where a name has a character that none has: a port, a scheme, a star.
  init?(_ text: String) {
    let names = text.split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.trimming { $0 == " " }.lowercased() }
    guard text.isEmpty || names.allSatisfy(Self.isName) else { return nil }
    self.names = text.isEmpty ? [] : Set(names)
  }

  private static func isName(_ name: String) -> Bool {
    // Colons are of IPv6 addresses, of which there are two at least.
    let colons = name.utf8.count { $0 == UInt8(ascii: ":") }
    return (1...253).contains(name.utf8.count) && colons != 1
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "-._:".utf8.contains(byte)
        }
      }
  }
}

/// Permissions of a file as they are configured: octal digits.
struct FileMode: Equatable {
  let mode: mode_t

  init?(_ text: String) {
    guard (3...4).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x37).contains($0) }),
      let mode = mode_t(text, radix: 8), mode <= 0o777
    else {
      return nil
    }
    self.mode = mode
  }
}

extension Substring {
  fileprivate func trimming(_ isSpace: (Character) -> Bool) -> Substring {
    var text = drop(while: isSpace)
    while let last = text.last, isSpace(last) { text.removeLast() }
    return text
  }
}
