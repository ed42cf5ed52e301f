/// Checks of logits that come as plain numbers, row-major [samples, classes].
enum LogitTable {
  static func check(_ logits: [Float], classCount: Int) throws(EvaluationError) {
    try ConfusionMatrix.check(classCount: classCount)
    guard logits.count % classCount == 0 else {
      let rows = logits.count / classCount + 1
      throw .differentCounts(what: "logits", expected: rows * classCount, actual: logits.count)
    }
    if let index = logits.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(what: "the logit", sample: index / classCount, class: index % classCount)
    }
  }
}
