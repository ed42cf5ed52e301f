import CSystemd
import Capture

/// Tells systemd how the service fares (sd_notify(3)). Without systemd nothing happens.
enum ServiceNotifier {
  /// The service serves now, whether or not a camera is there.
  static func ready() { sd_notify(0, "READY=1") }

  /// The configuration is being read again; ``ready()`` ends that.
  static func reloading() {
    sd_notify(0, "RELOADING=1\nMONOTONIC_USEC=\(MonotonicTime.now.nanoseconds / 1000)")
  }

  /// The service ends.
  static func stopping() { sd_notify(0, "STOPPING=1") }

  /// One line for `systemctl status`.
  static func status(_ text: String) { sd_notify(0, "STATUS=" + text.replacing("\n", with: " ")) }

  /// A sign of life for the watchdog.
  static func alive() { sd_notify(0, "WATCHDOG=1") }

  /// Seconds within which systemd wants a sign of life; nil where it does not watch.
  static var watchdogSeconds: Double? {
    var microseconds: UInt64 = 0
    return sd_watchdog_enabled(0, &microseconds) > 0 ? Double(microseconds) / 1e6 : nil
  }
}
