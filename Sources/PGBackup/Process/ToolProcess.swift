import Glibc
import GroundworkCore
import Subprocess
import SystemPackage

/// A running program with its streams.
package final class ToolProcess: Sendable {
    /// What ran.
    package let command: ToolCommand
    let output: PipeReader?
    let input: PipeWriter?

    private let childEnds: [PipeEnd]
    private let childInput: PipeEnd?
    private let childOutput: PipeEnd?
    private let childErrors: PipeEnd
    private let errors: PipeReader
    private let tail = Locked(BoundedTail())
    private let end = Promise<ToolExit>()
    private let processID = Locked<Int32?>(nil)

    fileprivate init(_ command: ToolCommand) throws(SystemCallError) {
        self.command = command
        let errorPipe = try Pipe()
        let inputPipe: Pipe? = if case .pipe = command.input { try Pipe() } else { nil }
        let outputPipe: Pipe? = if case .pipe = command.output { try Pipe() } else { nil }
        childErrors = errorPipe.writeEnd
        childInput = inputPipe?.readEnd
        childOutput = outputPipe?.writeEnd
        childEnds = [errorPipe.writeEnd, inputPipe?.readEnd, outputPipe?.writeEnd].compactMap { $0 }
        errors = try PipeReader(errorPipe.readEnd)
        output = if let outputPipe { try PipeReader(outputPipe.readEnd) } else { nil }
        input = if let inputPipe { try PipeWriter(inputPipe.writeEnd) } else { nil }
    }

    /// The last of what it wrote to its standard error; complete once ``exit()`` has returned.
    package var errorText: String { tail.withLock { $0.text } }

    /// Its process id, once it runs.
    package var identifier: Int32? { processID.withLock { $0 } }

    /// Waits for the end. The child is killed when the task that started it is cancelled, so this does return.
    package func exit() async -> ToolExit { await end.value }

    /// Starts it, waits for it and keeps its standard error.
    fileprivate func supervise() async {
        async let errorsRead: Void = readErrors()
        let result = await runToEnd()
        for end in childEnds { end.close() }
        output?.endWhenDry()
        errors.endWhenDry()
        // Whoever writes learns what a program that is gone would have taught: then it looks at how that ended.
        if case .notStarted = result {
            input?.stop(with: SystemCallError(number: EPIPE, call: "write to a child's input"))
        }
        await errorsRead
        end.fulfil(result)
    }

    private func readErrors() async {
        // Unstructured: cancellation of our task must not end the reading before the child's last words.
        let errors = errors
        let tail = tail
        await Task {
            while let chunk = try? await errors.next() { tail.withLock { $0.append(chunk) } }
        }.value
    }

    private func runToEnd() async -> ToolExit {
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: command.grace)]
        // Ctrl-C on our terminal is for us; we end the child in order.
        options.processGroupID = 0
        var environment: [Environment.Key: String] = [:]
        for (name, value) in command.environment {
            if let key = Environment.Key(rawValue: name) { environment[key] = value }
        }
        let configuration = Configuration(
            executable: .path(FilePath(command.executable)),
            arguments: Arguments(command.arguments),
            environment: .custom(environment),
            workingDirectory: "/",
            platformOptions: options
        )
        do {
            let status: TerminationStatus
            switch (childInput, childOutput) {
            case (nil, nil):
                status = try await run(configuration, .none, .discarded)
            case (let input?, nil):
                status = try await run(configuration, descriptor(input), .discarded)
            case (nil, let output?):
                status = try await run(configuration, .none, descriptor(output))
            case (let input?, let output?):
                status = try await run(configuration, descriptor(input), descriptor(output))
            }
            switch status {
            case .exited(let code): return .exited(code)
            case .signaled(let signal): return .signaled(signal)
            }
        } catch {
            return .notStarted(error)
        }
    }

    private func run<Input: InputProtocol, Output: OutputProtocol>(
        _ configuration: Configuration,
        _ input: Input,
        _ output: Output
    ) async throws -> TerminationStatus {
        let result = try await Subprocess.run(
            configuration,
            input: input,
            output: output,
            error: descriptor(childErrors) as FileDescriptorOutput
        ) { execution in
            processID.withLock { $0 = execution.processIdentifier.value }
            // Only the child may hold its ends, or the end of its streams would never be seen.
            for end in childEnds { end.close() }
        }
        return result.terminationStatus
    }

    private func descriptor(_ end: PipeEnd) -> FileDescriptorInput {
        .fileDescriptor(FileDescriptor(rawValue: end.descriptor), closeAfterSpawningProcess: false)
    }

    private func descriptor(_ end: PipeEnd) -> FileDescriptorOutput {
        .fileDescriptor(FileDescriptor(rawValue: end.descriptor), closeAfterSpawningProcess: false)
    }
}

/// Starts a program and calls `body` with it. When `body` ends, however it ends, the program is ended too, with
/// SIGTERM first and SIGKILL after the command's grace.
package func withToolProcess<Result: Sendable>(
    _ command: ToolCommand,
    _ body: (ToolProcess) async throws -> Result
) async throws -> Result {
    let child = try ToolProcess(command)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await child.supervise() }
        defer {
            child.output?.stop()
            child.input?.stop()
        }
        do {
            let result = try await body(child)
            group.cancelAll()
            _ = await child.exit()
            return result
        } catch {
            group.cancelAll()
            _ = await child.exit()
            throw error
        }
    }
}
