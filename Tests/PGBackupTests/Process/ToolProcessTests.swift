import GroundworkCore
@testable import PGBackup
import Testing

@Suite struct ToolProcessTests {
    private func shell(_ script: String) -> ToolCommand {
        ToolCommand("/bin/sh", ["-c", script], environment: ["PATH": "/usr/bin:/bin"])
    }

    @Test func givesOutputErrorsAndStatus() async throws {
        let result = try await shell("cat; echo oops >&2; exit 3").run(input: Array("hello".utf8))
        #expect(result.outputText == "hello")
        #expect(result.errorText == "oops")
        #expect(result.exit.description == "exit status 3")
        #expect(!result.exit.isSuccess)
    }

    @Test func passesOnlyTheGivenEnvironment() async throws {
        var command = ToolCommand("/usr/bin/env")
        command.environment = ["ONLY": "this"]
        #expect(try await command.run().outputText == "ONLY=this\n")
    }

    @Test func keepsTheEndOfAFloodOfErrors() async throws {
        let result = try await shell("head -c 3000000 /dev/zero | tr '\\0' e >&2; echo >&2; echo last words >&2").run()
        #expect(result.exit.isSuccess)
        #expect(result.errorText.hasSuffix("last words"))
        #expect(result.errorText.utf8.count <= 16 << 10)
    }

    @Test func streamsMoreThanAnyBuffer() async throws {
        var command = shell("head -c 50000000 /dev/zero")
        command.output = .pipe
        let total = try await withToolProcess(command) { process in
            var total = 0
            while let chunk = try await process.output?.next() { total += chunk.count }
            #expect(await process.exit().isSuccess)
            return total
        }
        #expect(total == 50_000_000)
    }

    @Test func manySmallWritesBecomeFewChunks() async throws {
        var command = shell("exec dd if=/dev/zero bs=4096 count=5000")
        command.output = .pipe
        let (total, chunks) = try await withToolProcess(command) { process in
            var (total, chunks) = (0, 0)
            while let chunk = try await process.output?.next() {
                total += chunk.count
                chunks += 1
            }
            return (total, chunks)
        }
        #expect(total == 5000 * 4096)
        #expect(chunks < 500, "\(chunks) chunks")
    }

    @Test func droppedOutputIsNotTakenForTheEnd() async throws {
        var command = shell("echo something")
        command.output = .pipe
        try await withToolProcess(command) { process in
            #expect(await process.exit().isSuccess)
            let output = try #require(process.output)
            #expect(try await eventually { output.holdsEverything })
            output.stop()
            await #expect(throws: CancellationError.self) { try await output.next() }
        }
    }

    @Test func stopsReadingWhenItsReaderDoesNotAsk() async throws {
        var command = shell("exec head -c 50000000 /dev/zero")
        command.output = .pipe
        try await withToolProcess(command) { process in
            _ = try await process.output?.next()
            // It wrote what pipe and queue hold, far less than all, and sleeps until more is read.
            // Its first bytes may come before its id is known.
            #expect(try await eventually { try process.identifier.flatMap(processState) == "S" })
        }
    }

    @Test func feedsLargeInput() async throws {
        var command = shell("wc -c")
        command.input = .pipe
        command.output = .pipe
        let count = try await withToolProcess(command) { process in
            for _ in 0..<40 { try await process.input?.write([UInt8](repeating: 7, count: 1 << 20)) }
            try await process.input?.finish()
            return try await process.output?.next()
        }
        #expect(count.map { String(decoding: $0, as: UTF8.self).trimmingASCIIWhitespace() } == "\(40 << 20)")
    }

    @Test func tellsAWriterThatNobodyReads() async throws {
        var command = shell("exit 0")
        command.input = .pipe
        await #expect(throws: SystemCallError.self) {
            try await withToolProcess(command) { process in
                for _ in 0..<100 { try await process.input?.write([UInt8](repeating: 7, count: 1 << 20)) }
            }
        }
    }

    @Test func reportsSignals() async throws {
        let result = try await shell("kill -9 $$").run()
        #expect(result.exit.description == "killed by signal 9")
    }

    @Test func reportsAProgramThatIsNotThere() async throws {
        let result = try await ToolCommand("/nowhere/pg_dump").run(input: [1, 2, 3])
        guard case .notStarted = result.exit else {
            Issue.record("It was started: \(result.exit)")
            return
        }
    }

    @Test func isNotHeldUpByAGrandchildThatKeepsThePipesOpen() async throws {
        let start = ContinuousClock.now
        let result = try await shell("sleep 60 & echo out; echo err >&2").run()
        #expect(result.outputText == "out\n")
        #expect(result.errorText == "err")
        #expect(start.duration(to: .now) < .seconds(30))
    }

    @Test func endsTheProgramWhenTheTaskIsCancelled() async throws {
        let identifiers = AsyncStream<Int32>.makeStream()
        var command = shell("echo started; exec sleep 60")
        command.output = .pipe
        let task = Task { [command] in
            try await withToolProcess(command) { process in
                _ = try await process.output?.next()
                if let identifier = process.identifier { identifiers.continuation.yield(identifier) }
                // The end of the program may come before the news of the cancellation.
                let rest = try await process.output?.next()
                #expect(rest == nil)
                try Task.checkCancellation()
            }
        }
        var iterator = identifiers.stream.makeAsyncIterator()
        let identifier = try #require(await iterator.next())
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try processState(identifier) == nil)
    }

    @Test func killsAProgramThatIgnoresTheRequestToEnd() async throws {
        var command = shell("trap '' TERM; echo started; while :; do sleep 0.05; done")
        command.output = .pipe
        command.grace = .milliseconds(100)
        let exit = try await withToolProcess(command) { process in
            _ = try await process.output?.next()
            return process
        }.exit()
        #expect(exit.description == "killed by signal 9")
    }

    @Test func endsAProgramThatPrintsTooMuch() async throws {
        await #expect(throws: PGBackupError.self) { try await shell("cat /dev/zero").run(limit: 1000) }
    }
}

/// The state letter of a process, or nil when there is none.
func processState(_ identifier: Int32) throws -> Character? {
    guard let bytes = try? OpenFile("/proc/\(identifier)/stat").read(1024, at: 0) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    return text.lastIndex(of: ")").flatMap { text[$0...].dropFirst(2).first }
}
