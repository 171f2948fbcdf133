import Dispatch
import Glibc

/// Runs `operation` and cancels it on Ctrl-C or SIGTERM, so that it can clean up after itself.
///
/// A second signal ends the process at once.
public func withInterruption<Result: Sendable>(
    _ operation: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    let task = Task { try await operation() }
    let sources = [SIGINT, SIGTERM].map { number in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler {
            if task.isCancelled { _exit(128 + number) }
            Console.note("\nInterrupted: cleaning up (once more to stop at once) ...")
            task.cancel()
        }
        source.resume()
        return source
    }
    defer { for source in sources { source.cancel() } }
    return try await task.value
}
