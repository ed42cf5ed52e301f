/// What the drawn face shows, in the order in which it shows it.
public enum DemoExpression: String, Sendable, CaseIterable {
  case neutral, happiness, surprise, fear, sadness, disgust, anger
}
