/// One value of a row that is shown to people or given to programs.
public enum ReportValue: Sendable, Equatable {
  /// Any text.
  case text(String)
  /// A whole number.
  case integer(Int64)
  /// A number from 0 to 1, shown with four decimals.
  case fraction(Double)
  /// Yes or no.
  case flag(Bool)
  /// Nothing is known.
  case none
}
