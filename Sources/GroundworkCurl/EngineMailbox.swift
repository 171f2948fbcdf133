import CGroundworkCurl
import Glibc
import GroundworkCore
import GroundworkHTTP

/// What the engine's thread is asked to do.
enum EngineCommand: Sendable {
    /// Begin an exchange.
    case start(Exchange)
    /// Go on receiving: the reader has room.
    case resumeReceiving(Exchange)
    /// Go on sending: the producer has bytes.
    case resumeSending(Exchange)
    /// End an exchange with an error.
    case cancel(Exchange, any Error)
    /// End all exchanges, then the thread.
    case stop
    /// End the thread once no exchange is left.
    case retire
}

/// Where tasks leave commands for the engine's thread, which is woken only if it sleeps.
final class EngineMailbox: Sendable {
    private struct State {
        var commands: [EngineCommand] = []
        var isSleeping = false
        var isClosed = false
        /// Why the thread could not begin its work.
        var failure: (any Error)?
        var closingWaiters: [Waiter<Void>] = []
    }

    private let state = Locked(State())
    /// An eventfd; the thread waits for it edge-triggered and so never needs to read it.
    let wakeDescriptor: Int32

    init() throws(SystemCallError) {
        wakeDescriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        if wakeDescriptor < 0 { throw .last("eventfd") }
    }

    deinit { close(wakeDescriptor) }

    /// Leaves a command. After the end, what would start is refused and all else has no effect.
    func post(_ command: EngineCommand) {
        enum Next { case wake, refuse((any Error)?), nothing }
        let next = state.withLock { state -> Next in
            if state.isClosed { return .refuse(state.failure) }
            state.commands.append(command)
            guard state.isSleeping else { return .nothing }
            state.isSleeping = false
            return .wake
        }
        switch next {
        case .nothing: break
        case .wake:
            var one: UInt64 = 1
            // The counter cannot overflow, so this cannot fail in a way that matters.
            _ = unsafe write(wakeDescriptor, &one, 8)
        case .refuse(let error): Self.refuse(command, error)
        }
    }

    private static func refuse(_ command: EngineCommand, _ error: (any Error)?) {
        guard case .start(let exchange) = command else { return }
        exchange.finish(.failure(error ?? shutDownError(exchange.request.original)))
    }

    static func shutDownError(_ request: HTTPRequest, sent: HTTPTransportError.Sent = .nothing) -> HTTPTransportError {
        HTTPTransportError(.shutDown, "The transport was shut down.", request: request, sent: sent)
    }

    /// Takes all commands, and leaves an empty array of the given capacity in their place.
    func take(into commands: inout [EngineCommand]) {
        commands.removeAll(keepingCapacity: true)
        state.withLock { state in
            state.isSleeping = false
            swap(&state.commands, &commands)
        }
    }

    /// Announces that the thread is about to sleep; false when there are commands.
    func prepareToSleep() -> Bool {
        state.withLock { state in
            state.isSleeping = state.commands.isEmpty
            return state.isSleeping
        }
    }

    /// Refuses all further commands and releases those who wait for the end.
    func close(with failure: (any Error)? = nil) {
        let (commands, waiters) = state.withLock { state in
            state.isClosed = true
            state.failure = failure
            defer {
                state.commands = []
                state.closingWaiters = []
            }
            return (state.commands, state.closingWaiters)
        }
        for command in commands { Self.refuse(command, failure) }
        for waiter in waiters { waiter.resume(()) }
    }

    /// Waits until the mailbox is closed.
    func waitUntilClosed() async {
        await Waiter<Void>.wait { waiter in
            state.withLock { state in
                if state.isClosed { return () }
                state.closingWaiters.append(waiter)
                return nil
            }
        }
    }

    private func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }
}

/// The engine's clock.
enum EngineClock {
    /// Milliseconds of the monotonic clock.
    static func now() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
