import AppleSignIn
import AppleSignInTesting
import GroundworkCore
import Testing

@Suite struct DiagnosisTests {
    private func diagnosis(
        registered: Bool = true,
        _ change: (inout FakeApple.Behavior) -> Void = { _ in }
    ) async throws -> (AppleDiagnosis, calls: [String]) {
        let apple = try await FakeApple.start()
        let good = try apple.makeKey(keyID: "GOODKEY001")
        let bad = try apple.makeKey(keyID: "BADKEY0001")
        apple.update { behavior in
            behavior.revokedKeyIDs = registered ? [] : ["BADKEY0001"]
            change(&behavior)
        }
        let client = try AppleSignInClient(
            try AppleSignInConfiguration(
                teams: [AppleTeam(teamID: FakeApple.teamID, keys: [good, bad])],
                clients: [.app(bundleID: "com.example.app")],
                endpoints: apple.endpoints
            )
        )
        var impatient = client
        impatient.timeout = .milliseconds(500)
        let found = try await impatient.diagnose()
        let calls = apple.calls
        await apple.stop()
        return (found, calls)
    }

    @Test func allIsWell() async throws {
        let (found, calls) = try await diagnosis()
        #expect(found.isHealthy, "\(found)")
        #expect(found.checks.map(\.status) == [.passed, .passed, .passed, .passed])
        #expect(calls.filter { $0 == "/auth/token" }.count == 2)
    }

    @Test func theBadKeyIsNamedEvenWhenAnotherIsGood() async throws {
        let (found, _) = try await diagnosis(registered: false)
        #expect(!found.isHealthy)
        let failed = found.checks.filter { $0.status == .failed }
        #expect(failed.map(\.name) == ["client com.example.app with key BADKEY0001"])
        #expect(failed[0].detail.contains("BADKEY0001") && failed[0].detail.contains(FakeApple.teamID))
    }

    @Test func aFastAndASlowClockAreNamedFirst() async throws {
        let (fast, _) = try await diagnosis { $0.clockOffset = -600 }
        #expect(fast.checks[0].status == .failed && fast.checks[0].detail.contains("fast"))
        #expect(fast.checks[2].detail.contains("set this machine's clock first"))
        let (slow, _) = try await diagnosis { $0.clockOffset = 600 }
        #expect(slow.checks[0].status == .failed && slow.checks[0].detail.contains("slow"))
    }

    @Test func anAppleThatIsDownSkipsAndDoesNotThrow() async throws {
        let (found, _) = try await diagnosis {
            $0.outage = .status(503)
            $0.keysOutage = .html
        }
        #expect(found.checks[1].status == .failed)
        #expect(found.checks[2...].allSatisfy { $0.status == .skipped })
        let (silent, _) = try await diagnosis {
            $0.outage = .closes
            $0.keysOutage = .closes
        }
        #expect(silent.checks[0].status == .skipped)
    }
}
