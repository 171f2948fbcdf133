import Dispatch
import Glibc
import Synchronization

/// The work was ended by Ctrl-C, by a request to end (SIGTERM) or by a terminal that was closed (SIGHUP).
public struct Interruption: Error {
    /// The signal.
    public let signal: Int32

    /// What the operation threw when it was cancelled.
    public let underlyingError: any Error

    /// What a shell shows for a program that a signal ended: 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP.
    public var exitCode: Int32 { 128 + signal }
}

/// Runs `operation` and cancels it on Ctrl-C, SIGTERM and SIGHUP, so that it can clean up after itself.
///
/// A second signal ends the process at once. A reader that closes its pipe is an error of the write, not the end of the
/// process. Programs that the operation starts get none of these settings.
/// - Throws: ``Interruption`` when a signal came and the operation did not end well, else what the operation throws.
public func withInterruption<Result: Sendable>(
    _ operation: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    guard signalPipe.reader >= 0 else { return try await operation() }
    let task = Task { try await operation() }
    // Handlers, unlike ignored signals, are not inherited by the programs that we start.
    signal(SIGPIPE) { _ in }
    let source = DispatchSource.makeReadSource(fileDescriptor: signalPipe.reader, queue: .global())
    source.setEventHandler {
        var number: UInt8 = 0
        guard read(signalPipe.reader, &number, 1) == 1 else { return }
        if task.isCancelled { _exit(128 + Int32(number)) }
        lastSignal.store(Int32(number), ordering: .relaxed)
        task.cancel()
        Console.note("\nInterrupted: cleaning up (once more to stop at once) ...")
    }
    source.resume()
    for number in [SIGINT, SIGTERM, SIGHUP] {
        let previous = signal(number, noteSignal)
        // Under nohup the end of the terminal is none of our business.
        if number == SIGHUP, unsafeBitCast(previous, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
            signal(number, SIG_IGN)
        }
    }
    defer { source.cancel() }
    do {
        return try await task.value
    } catch {
        let number = lastSignal.load(ordering: .relaxed)
        throw number == 0 ? error : Interruption(signal: number, underlyingError: error)
    }
}

private let lastSignal = Atomic<Int32>(0)

/// How the handler tells: beside a write, little is allowed there.
private let signalPipe: (reader: Int32, writer: Int32) = {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return (-1, -1) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    // Never wait in a handler.
    _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
    return (ends[0], ends[1])
}()

private func noteSignal(_ number: Int32) {
    let before = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(signalPipe.writer, &byte, 1)
    errno = before
}
