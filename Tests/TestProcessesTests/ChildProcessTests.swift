import Glibc
import GroundworkTestProcesses
import Testing

@Suite struct ChildProcessTests {
    @Test func runGivesTheExitStatusAndBothOutputs() async throws {
        let outcome = try await ChildProcess.run(
            .init("/bin/sh", ["-c", "echo out; echo err >&2; exit 3"])
        )
        #expect(outcome.exit == .status(3))
        #expect(outcome.outputText == "out\n")
        #expect(outcome.errorText == "err\n")
    }

    @Test func standardInputIsReadToItsEnd() async throws {
        let bytes = [UInt8](repeating: 0x61, count: 300_000)
        let isWhole = try await ChildProcess.output(of: "cat", input: bytes) == bytes
        #expect(isWhole)
    }

    @Test func onlyTheGivenEnvironmentIsInherited() async throws {
        var configuration = ChildProcess.Configuration("env")
        configuration.environment = ["ONLY": "this"]
        #expect(try await ChildProcess.run(configuration).outputText == "ONLY=this\n")
    }

    @Test func stopKillsAProcessThatIgnoresTheFirstSignal() async throws {
        let child = try await ChildProcess.start(
            .init("/bin/sh", ["-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"])
        )
        try await child.waitUntilReady { child.log.contains("ready") }
        #expect(await child.stop(grace: .milliseconds(300)) == .signal(SIGKILL))
    }

    @Test func whatTheProcessStartedEndsWithIt() async throws {
        let child = try await ChildProcess.start(.init("/bin/sh", ["-c", "sleep 1000 & echo $!; wait"]))
        try await child.waitUntilReady { child.log.contains("\n") }
        let grandchild = try #require(pid_t(child.log.split(separator: "\n")[0]))
        #expect(kill(grandchild, 0) == 0)
        await child.stop()
        // An orphan that was killed may stay a zombie until the system collects it.
        #expect(kill(grandchild, 0) != 0 || ZombieState.isDead(grandchild))
    }

    @Test func aProgramThatTakesTooLongIsKilledAndNamed() async throws {
        let error = await #expect(throws: TestProcessError.self) {
            try await ChildProcess.run(.init("sleep", ["1000"]), timeout: .milliseconds(200))
        }
        #expect(error?.description.contains("sleep did not end within") == true)
    }

    @Test func aMissingProgramIsNamedWithTheRemedy() async throws {
        let error = await #expect(throws: TestProcessError.self) {
            try await ChildProcess.run(.init("no-such-program-here"))
        }
        #expect(error?.description.contains("no-such-program-here is not there; run Tests/Support") == true)
    }

    @Test func waitUntilReadyQuotesAProcessThatEndedFirst() async throws {
        let child = try await ChildProcess.start(.init("/bin/sh", ["-c", "echo cannot bind >&2; exit 1"]))
        let error = await #expect(throws: TestProcessError.self) { try await child.waitUntilReady { false } }
        #expect(error?.description.contains("exit status 1") == true)
    }

    @Test func outputBeyondTheLimitKeepsTheEnd() async throws {
        var configuration = ChildProcess.Configuration("/bin/sh", ["-c", "seq 1 20000; echo last"])
        configuration.outputLimit = 1000
        let child = try await ChildProcess.start(configuration)
        _ = await child.waitForExit()
        #expect(child.log.utf8.count <= 1000)
    }

    @Test func freePortsAreNotGivenTwiceAndCanBeListenedOn() async throws {
        let ports = try (0..<50).map { _ in try LoopbackPort.free() }
        #expect(Set(ports).count == 50)
        #expect(await LoopbackPort.accepts(ports[0]) == false)
    }
}

enum ZombieState {
    /// Whether the process is gone or only waits to be collected.
    static func isDead(_ processID: pid_t) -> Bool {
        for _ in 0..<200 {
            guard let file = fopen("/proc/\(processID)/stat", "r") else { return true }
            defer { fclose(file) }
            var line = [CChar](repeating: 0, count: 512)
            guard fgets(&line, 512, file) != nil else { return true }
            if line.contains(CChar(bitPattern: UInt8(ascii: "Z"))) { return true }
            usleep(10_000)
        }
        return false
    }
}
