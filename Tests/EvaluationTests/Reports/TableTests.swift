import Testing

@testable import Evaluation

@Suite struct TableTests {
  private let table = Table(
    columns: [.init("Model"), .init("Accuracy", .trailing)],
    rows: [["VGG19", "66.4 %"], ["custom CNN", "9.1 %"], ["SVM"]])

  @Test func alignsPlainText() {
    #expect(
      table.plainText() == """
        Model       Accuracy
        ----------  --------
        VGG19         66.4 %
        custom CNN     9.1 %
        SVM

        """)
  }

  @Test func writesMarkdown() {
    #expect(
      table.markdown() == """
        | Model | Accuracy |
        | --- | ---: |
        | VGG19 | 66.4 % |
        | custom CNN | 9.1 % |
        | SVM |  |

        """)
    let hostile = Table(columns: [.init("a|b")], rows: [["<b>*x*</b>\n| [link](http://x)"]])
    #expect(
      hostile.markdown() == "| a\\|b |\n| --- |\n| \\<b\\>\\*x\\*\\</b\\> \\| \\[link\\]\\(http://x\\) |\n")
  }

  @Test func quotesCSV() {
    let table = Table(
      columns: [.init("a"), .init("b")], rows: [["1,5", "say \"x\""], ["line\nfeed", "é"]])
    #expect(table.csv() == "a,b\r\n\"1,5\",\"say \"\"x\"\"\"\r\n\"line\nfeed\",é\r\n")
  }

  @Test func escapesHTML() {
    let html = Table(columns: [.init("<i>"), .init("n", .trailing)], rows: [[hostileText, "1"]])
      .html(caption: "a & b")
    #expect(!html.contains("<script") && !html.contains("<i>"))
    #expect(
      html.contains("<caption>a &amp; b</caption>") && html.contains("<th scope=\"col\">&lt;i&gt;</th>"))
    #expect(html.contains("<td class=\"number\">1</td>"))
  }

  @Test func plainTextHoldsNoControlCharacters() {
    let text = Table(columns: [.init(hostileText)], rows: [["a\tb\rc\u{1b}[0m"]]).plainText()
    #expect(text.split(separator: "\n").count == 3)
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
  }

  @Test func rowsThatAreTooLongMakeColumns() {
    let table = Table(columns: [.init("a")], rows: [["1", "2"], ["3"]])
    #expect(table.columns.map(\.title) == ["a", ""] && table.rows == [["1", "2"], ["3", ""]])
    #expect(Table(columns: [], rows: []).plainText().isEmpty)
  }
}
