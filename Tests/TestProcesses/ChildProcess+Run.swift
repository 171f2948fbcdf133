import Glibc

extension ChildProcess {
    /// What a process that ran to its end left behind.
    package struct Outcome: Sendable {
        package let exit: Exit
        package let standardOutput: [UInt8]
        package let standardError: [UInt8]

        package var isSuccess: Bool { exit.isSuccess }
        package var outputText: String { String(decoding: standardOutput, as: UTF8.self) }
        package var errorText: String { String(decoding: standardError, as: UTF8.self) }
    }

    /// Runs a program to its end. What it started in its process group is ended with it.
    /// - Parameters:
    ///   - timeout: the program is killed after this, and the call throws.
    ///   - limit: the call throws when the program writes more than this to its standard output.
    package static func run(
        _ configuration: Configuration,
        timeout: Duration = .seconds(120),
        limit: Int = 16 << 20
    ) async throws -> Outcome {
        var configuration = configuration
        configuration.outputLimit = limit
        let child = try await start(configuration)
        let watch = Task {
            try await Task.sleep(for: timeout)
            child.send(SIGKILL, toGroup: true)
            return true
        }
        let exit = await withTaskCancellationHandler {
            await child.waitForExit()
        } onCancel: {
            child.send(SIGKILL, toGroup: true)
        }
        watch.cancel()
        if (try? await watch.value) == true {
            throw TestProcessError("\(configuration.executable) did not end within \(timeout):\n\(child.log)")
        }
        try Task.checkCancellation()
        while !(child.output.isClosed && child.errors.isClosed) { try await Task.sleep(for: .milliseconds(2)) }
        let output = child.output.contents
        guard output.dropped == 0 else {
            throw TestProcessError("\(configuration.executable) wrote more than \(limit) bytes")
        }
        return Outcome(exit: exit, standardOutput: output.bytes, standardError: child.errors.contents.bytes)
    }

    /// Runs a program to its end and gives its standard output.
    /// - Throws: ``TestProcessError`` with the program's own words when it fails.
    @discardableResult
    package static func output(
        of executable: String,
        _ arguments: [String] = [],
        input: [UInt8] = [],
        environment: [String: String] = [:],
        timeout: Duration = .seconds(120)
    ) async throws -> [UInt8] {
        var configuration = Configuration(executable, arguments)
        configuration.standardInput = input
        configuration.environment.merge(environment) { $1 }
        let outcome = try await run(configuration, timeout: timeout)
        guard outcome.isSuccess else {
            throw TestProcessError("\(executable) failed with \(outcome.exit): \(outcome.errorText)")
        }
        return outcome.standardOutput
    }
}
