import Tensors
import Testing

@testable import Capture

@Suite struct NaturalOrderTests {
  @Test func numbersCountAsNumbersAndCaseDoesNot() {
    let expected = [
      "1.jpg", "2.jpg", "10.jpg", "a1.png", "A2.png", "a10.png", "b.jpg", "frame 9", "frame 10",
    ]
    #expect(expected.reversed().sorted(by: NaturalOrder.precedes) == expected)
  }

  @Test func orderIsTotal() {
    var generator = SeededGenerator(seed: 1)
    let names = (0..<40).map { _ in
      String(
        (0..<Int.random(in: 0...6, using: &generator)).compactMap { _ in
          "aA01.é9".randomElement(using: &generator)
        })
    }
    for left in names {
      #expect(!NaturalOrder.precedes(left, left))
      for right in names where left != right {
        #expect(NaturalOrder.precedes(left, right) != NaturalOrder.precedes(right, left))
        for third in names where NaturalOrder.precedes(left, right) && NaturalOrder.precedes(right, third) {
          #expect(NaturalOrder.precedes(left, third))
        }
      }
    }
  }

  @Test func longNumbersDoNotOverflow() {
    let nines = String(repeating: "9", count: 60)
    #expect(NaturalOrder.precedes("8" + nines, "9" + nines))
    #expect(NaturalOrder.precedes("0009", "10"))
  }
}
