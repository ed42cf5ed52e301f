import Glibc

/// The date as HTTP writes it (RFC 9110, section 5.6.7).
enum HTTPDate {
  /// For example `Sun, 01 Mar 2026 12:34:56 GMT`.
  static var now: String { string(secondsSince1970: time(nil)) }

  /// - Parameter seconds: Since 1970, in UTC.
  static func string(secondsSince1970 seconds: Int) -> String {
    var seconds = time_t(seconds)
    var date = tm()
    gmtime_r(&seconds, &date)
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return "\(days[Int(date.tm_wday)]), \(twoDigits(date.tm_mday)) \(months[Int(date.tm_mon)]) "
      + "\(date.tm_year + 1900) \(twoDigits(date.tm_hour)):\(twoDigits(date.tm_min)):"
      + "\(twoDigits(date.tm_sec)) GMT"
  }

  private static func twoDigits(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
