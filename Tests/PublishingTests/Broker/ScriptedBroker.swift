import Foundation
import Glibc
import Synchronization
import TestSupport

/// A broker for one connection at a time that speaks as much MQTT 3.1.1 as a publisher needs, and confirms nothing while a test
/// wants it so.
final class ScriptedBroker: Sendable {
  struct Message: Sendable, Equatable {
    let topic: String
    let payload: String
  }

  private struct State {
    var connection: Int32 = -1
    var isConfirming: Bool
    var unconfirmed: [[UInt8]] = []
    var messages: [Message] = []
    var saidGoodbye = false
    var isOver = false
  }

  private let listener: LoopbackListener
  private let state: Mutex<State>

  var port: Int { listener.port }
  /// Everything that was published, in its order.
  var messages: [Message] { state.withLock { $0.messages } }
  /// Whether the connection was ended as MQTT asks for it: a broker then tells nobody the last will.
  var saidGoodbye: Bool { state.withLock { $0.saidGoodbye } }
  /// Whether a connection is gone.
  var isOver: Bool { state.withLock { $0.isOver } }

  /// Listens.
  init(confirms: Bool = true) throws {
    listener = try LoopbackListener()
    state = Mutex(State(isConfirming: confirms))
    Thread { [self] in serve() }.start()
  }

  /// Waits for no other connection.
  func stop() { listener.stop() }

  /// Confirms what was published so far, and what comes from now on.
  func confirm() {
    state.withLock { state in
      state.isConfirming = true
      for confirmation in state.unconfirmed { Self.send(confirmation, to: state.connection) }
      state.unconfirmed = []
    }
  }

  private func serve() {
    while true {
      let connection = accept(listener.descriptor, nil, nil)
      guard connection >= 0 else { return }
      state.withLock { $0.connection = connection }
      while let (kind, body) = Self.packet(from: connection) { answer(kind, body, connection) }
      state.withLock { state in
        state.connection = -1
        state.isOver = true
        close(connection)
      }
    }
  }

  /// The kinds of packets: section 2.2 of the standard.
  private func answer(_ kind: UInt8, _ body: [UInt8], _ connection: Int32) {
    switch kind >> 4 {
    case 1: Self.send([0x20, 2, 0, 0], to: connection)
    case 3: published(body, quality: kind >> 1 & 3)
    case 12: Self.send([0xD0, 0], to: connection)
    case 14: state.withLock { $0.saidGoodbye = true }
    default: break
    }
  }

  private func published(_ body: [UInt8], quality: UInt8) {
    let topicEnd = 2 + Int(body[0]) << 8 + Int(body[1])
    let payloadStart = topicEnd + (quality > 0 ? 2 : 0)
    let message = Message(
      topic: String(decoding: body[2..<topicEnd], as: UTF8.self),
      payload: String(decoding: body[payloadStart...], as: UTF8.self))
    state.withLock { state in
      state.messages.append(message)
      guard quality > 0 else { return }
      let confirmation: [UInt8] = [0x40, 2] + body[topicEnd..<payloadStart]
      if state.isConfirming {
        Self.send(confirmation, to: state.connection)
      } else {
        state.unconfirmed.append(confirmation)
      }
    }
  }

  private static func packet(from connection: Int32) -> (kind: UInt8, body: [UInt8])? {
    guard let kind = bytes(1, from: connection)?.first else { return nil }
    var (length, shift) = (0, 0)
    while true {
      guard let byte = bytes(1, from: connection)?.first else { return nil }
      length += Int(byte & 0x7F) << shift
      shift += 7
      if byte & 0x80 == 0 { break }
    }
    return bytes(length, from: connection).map { (kind, $0) }
  }

  private static func bytes(_ count: Int, from connection: Int32) -> [UInt8]? {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: max(count, 1))
    while bytes.count < count {
      let received = recv(connection, &chunk, count - bytes.count, 0)
      guard received > 0 else { return nil }
      bytes += chunk[..<received]
    }
    return bytes
  }

  private static func send(_ bytes: [UInt8], to connection: Int32) {
    _ = Glibc.send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }
}
