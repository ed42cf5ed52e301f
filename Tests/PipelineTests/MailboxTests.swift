import Foundation
import Testing

@testable import Pipeline

@Suite struct MailboxTests {
  @Test func theNewestValueTakesTheOlderOnesPlace() {
    let mailbox = Mailbox<Int>(policy: .newest)
    #expect(mailbox.put(1) == nil)
    #expect(mailbox.put(2) == 1)
    #expect(mailbox.isFull)
    guard case .value(2) = mailbox.take(timeoutSeconds: 1) else {
      Issue.record("expected the newest value")
      return
    }
    guard case .timedOut = mailbox.take(timeoutSeconds: 0) else {
      Issue.record("expected an empty mailbox")
      return
    }
  }

  @Test func aSenderWaitsWhereNothingMayBeLost() {
    let mailbox = Mailbox<Int>(policy: .every)
    let thread = Thread {
      for value in 0..<1000 { mailbox.put(value) }
      mailbox.close()
    }
    thread.start()
    var received: [Int] = []
    while case .value(let value) = mailbox.take(timeoutSeconds: 10) { received.append(value) }
    #expect(received == Array(0..<1000))
  }

  @Test func closingWakesASenderAndLetsTheReceiverFinish() async {
    let mailbox = Mailbox<Int>(policy: .every)
    mailbox.put(1)
    await withCheckedContinuation { continuation in
      Thread {
        // Waits, since 1 still lies there, until the mailbox is closed.
        #expect(mailbox.put(2) == 2)
        continuation.resume()
      }.start()
      mailbox.close()
    }
    guard case .value(1) = mailbox.take(timeoutSeconds: 1) else {
      Issue.record("what lay there before is still delivered")
      return
    }
    guard case .closed = mailbox.take(timeoutSeconds: 1), case .closed = mailbox.take(timeoutSeconds: 1)
    else {
      Issue.record("expected the end, for everyone who asks")
      return
    }
  }
}
