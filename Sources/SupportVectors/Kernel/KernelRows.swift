/// Where a solver gets its kernel values from.
protocol KernelRows: AnyObject {
  /// The kernel's values of a point with all points. What was returned for the two latest points stays valid.
  ///
  /// - Parameter likely: Points that will probably be asked for soon; not called where the row is at hand.
  func row(_ point: Int, likely: () -> [Int]) -> UnsafePointer<Float>
}
