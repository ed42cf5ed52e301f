import ArgumentParser
import Glibc

/// Runs a command's body, reports its failure in one line and ends the program with its exit code.
func runCommand(_ body: () async throws(CommandFailure) -> ExitStatus) async throws {
  // A reader that goes away is an error of that one write, not the program's end.
  signal(SIGPIPE, SIG_IGN)
  let status: ExitStatus
  do throws(CommandFailure) {
    status = try await body()
  } catch {
    Diagnostics.report(error.message)
    status = error.status
  }
  if status != .done { throw ExitCode(status.rawValue) }
}
