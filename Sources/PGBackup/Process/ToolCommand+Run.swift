import GroundworkCore

/// What a program that ran to its end left.
package struct ToolResult: Sendable {
    package var exit: ToolExit
    package var output: [UInt8]
    /// The last of its standard error.
    package var errorText: String

    /// Its output as text.
    package var outputText: String { String(decoding: output, as: UTF8.self) }
}

extension ToolCommand {
    /// Runs the program to its end.
    /// - Parameters:
    ///   - input: what it reads; at most what fits into a pipe may be written before it answers.
    ///   - limit: the most bytes of output kept; a program that writes more is ended.
    /// - Throws: `CancellationError`, ``PGBackupError`` beyond the limit.
    package func run(input: [UInt8]? = nil, limit: Int = 1 << 20) async throws -> ToolResult {
        var command = self
        command.input = input == nil ? .null : .pipe
        command.output = .pipe
        return try await withToolProcess(command) { process in
            async let written: Void = {
                guard let input else { return }
                // A program that fails early does not read all of it: its exit status tells why.
                try? await process.input?.write(input)
                try? await process.input?.finish()
            }()
            var output: [UInt8] = []
            while let chunk = try await process.output?.next() {
                output += chunk
                guard output.count <= limit else {
                    throw PGBackupError(
                        .toolFailed,
                        "\(executable) printed more than \(limit) bytes; that was not asked for."
                    )
                }
            }
            let exit = await process.exit()
            await written
            try Task.checkCancellation()
            return ToolResult(exit: exit, output: output, errorText: process.errorText)
        }
    }
}
