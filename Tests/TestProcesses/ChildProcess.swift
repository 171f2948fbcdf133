package import Glibc
import GroundworkCore

/// A child process of a test: started without a shell, watched, and stopped by its process id.
///
/// It leads a process group of its own, so that what it starts ends with it, and the kernel sends it SIGTERM when the
/// test process dies. Its output is kept up to a limit.
package final class ChildProcess: Sendable {
    /// What is started and how.
    package struct Configuration: Sendable {
        /// A path, or a name that is looked up in `PATH`.
        package var executable: String
        package var arguments: [String]
        /// The whole environment: nothing is inherited.
        package var environment: [String: String] = ChildProcess.cleanEnvironment
        package var workingDirectory: String?
        /// Runs as this user; possible for root only.
        package var user: String?
        /// What the process reads from its standard input.
        package var standardInput: [UInt8] = []
        /// The signal that asks it to end.
        package var stopSignal: Int32 = SIGTERM
        /// How much is kept of each of its outputs, in bytes.
        package var outputLimit = 64 * 1024

        package init(_ executable: String, _ arguments: [String] = []) {
            self.executable = executable
            self.arguments = arguments
        }
    }

    /// How a process ended.
    package enum Exit: Sendable, Hashable, CustomStringConvertible {
        case status(Int32)
        case signal(Int32)

        package var isSuccess: Bool { self == .status(0) }

        package var description: String {
            switch self {
            case .status(let code): "exit status \(code)"
            case .signal(let number): "signal \(number)"
            }
        }
    }

    private struct State {
        var exit: Exit?
        var waiters: [CheckedContinuation<Exit, Never>] = []
    }

    package let configuration: Configuration
    package let processID: pid_t
    let output: OutputTail
    let errors: OutputTail
    private let state = Locked(State())

    private init(_ configuration: Configuration, _ processID: pid_t, _ output: OutputTail, _ errors: OutputTail) {
        self.configuration = configuration
        self.processID = processID
        self.output = output
        self.errors = errors
    }

    /// Only what programs need to find their parts; no credentials, no proxies.
    package static var cleanEnvironment: [String: String] {
        var result = ["LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC"]
        for name in ["PATH", "HOME", "TMPDIR"] { result[name] = environmentValue(name) }
        return result
    }

    /// Starts a process.
    /// - Throws: ``TestProcessError`` that names the program.
    package static func start(_ configuration: Configuration) async throws(TestProcessError) -> ChildProcess {
        let arguments = try configuration.commandLine()
        let output = OutputTail(limit: configuration.outputLimit)
        let errors = OutputTail(limit: configuration.outputLimit)
        // The thread sanitizer does not see the order that a continuation makes; a lock shows it.
        let handover = Locked(false)
        let started: Result<ChildProcess, TestProcessError> = await withCheckedContinuation { continuation in
            // The thread that spawns is the one that waits: the kernel's death signal is tied to it.
            detachThread {
                do throws(TestProcessError) {
                    let spawned = try SpawnedProcess(configuration, arguments)
                    let child = ChildProcess(configuration, spawned.processID, output, errors)
                    detachThread { spawned.drain(into: output, errors) }
                    handover.withLock { $0 = true }
                    continuation.resume(returning: .success(child))
                    child.reap()
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        _ = handover.withLock { $0 }
        return try started.get()
    }

    /// Blocks until the process has ended, ends what is left of its group, and tells those who wait.
    private func reap() {
        var information = unsafe siginfo_t()
        while unsafe waitid(P_PID, id_t(processID), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        let (exit, waiters) = state.withLock { state in
            // The zombie still holds the group's number, so that no stranger can be hit.
            kill(-processID, SIGKILL)
            var status: Int32 = 0
            while unsafe waitpid(processID, &status, 0) < 0, errno == EINTR {}
            let signal = status & 0x7F
            let exit: Exit = signal == 0 ? .status(status >> 8 & 0xFF) : .signal(signal)
            state.exit = exit
            defer { state.waiters = [] }
            return (exit, state.waiters)
        }
        for waiter in waiters { waiter.resume(returning: exit) }
    }

    /// How it ended, or nil while it runs.
    package var exit: Exit? { state.withLock { $0.exit } }

    /// Waits until it has ended by itself.
    package func waitForExit() async -> Exit {
        await withCheckedContinuation { continuation in
            let exit = state.withLock { state in
                if state.exit == nil { state.waiters.append(continuation) }
                return state.exit
            }
            if let exit { continuation.resume(returning: exit) }
        }
    }

    /// Sends a signal to the process, or to all that it started; nothing happens once it has ended.
    package func send(_ signal: Int32, toGroup: Bool = false) {
        state.withLock { state in
            if state.exit == nil { kill(toGroup ? -processID : processID, signal) }
        }
    }

    /// Asks it to end, waits, and kills it when it has not ended within `grace`.
    @discardableResult
    package func stop(grace: Duration = .seconds(10)) async -> Exit {
        send(configuration.stopSignal)
        let killer = Task {
            try await Task.sleep(for: grace)
            send(SIGKILL, toGroup: true)
        }
        defer { killer.cancel() }
        return await waitForExit()
    }

    /// The last lines of both outputs, for messages.
    package var log: String {
        let tails = [output.contents.bytes, errors.contents.bytes].filter { !$0.isEmpty }
        return tails.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
    }
}
