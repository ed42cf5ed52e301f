import Foundation
import Testing

@testable import Capture

@Suite struct ChildProcessTests {
  private func shell(_ script: String) throws(CaptureError) -> ChildProcess {
    try ChildProcess(program: "sh", package: "dash", arguments: ["-c", script])
  }

  private func output(of child: ChildProcess) -> String {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(child.output, &piece, piece.count)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += piece[..<count]
    }
  }

  @Test func outputExitAndLastWordsAreKept() throws {
    let child = try shell("echo out; echo first >&2; echo second >&2; exit 3")
    #expect(output(of: child) == "out\n")
    #expect(child.waitForExit() == .code(3))
    #expect(child.messages.lastLines(2) == ["first", "second"])
  }

  @Test func endBySignalIsTold() throws {
    let child = try shell("kill -SEGV $$")
    #expect(output(of: child).isEmpty)
    #expect(child.waitForExit() == .signal(SIGSEGV))
  }

  @Test func manyWordsDoNotBlock() throws {
    let child = try shell("exec 1>&-; i=0; while [ $i -lt 20000 ]; do echo line $i >&2; i=$((i+1)); done")
    #expect(output(of: child).isEmpty)
    #expect(child.waitForExit() == .code(0))
    #expect(child.messages.lastLines(1) == ["line 19999"])
  }

  @Test func missingProgramIsNamed() {
    #expect(throws: CaptureError.programMissing(name: "no-such-program", package: "none")) {
      try ChildProcess(program: "no-such-program", package: "none", arguments: [])
    }
  }

  @Test func nothingIsInherited() throws {
    // A descriptor that a library might have opened without close-on-exec.
    let leaked = open("/dev/null", O_RDONLY)
    defer { close(leaked) }
    let child = try shell("ls /proc/$$/fd")
    #expect(output(of: child).split(separator: "\n").allSatisfy { (Int($0) ?? 99) <= 2 })
  }

  @Test func releaseKillsAndReaps() throws {
    var child: ChildProcess? = try shell("echo $$; exec sleep 1000")
    var line = [UInt8](repeating: 0, count: 32)
    let count = read(try #require(child).output, &line, line.count)
    let identifier = try #require(
      pid_t(String(decoding: line.prefix(max(count, 0)).dropLast(), as: UTF8.self)))
    #expect(kill(identifier, 0) == 0)
    child = nil
    // Not even a zombie is left, which would still take signals.
    #expect(kill(identifier, 0) == -1)
    #expect(errno == ESRCH)
  }
}
