import GroundworkCore
import MailerTesting
import Testing

@testable import Mailer

/// Tokens come from the app's own code, which may take its time or fail.
@Suite(.timeLimit(.minutes(1))) struct SMTPTokenTests {
    private func withTransport(
        limit: Duration? = nil,
        _ token: @escaping @Sendable () async throws -> Secret<String>,
        _ body: (SMTPTransport) async throws -> Void
    ) async throws {
        try await withLoopbackServer {
            $0.security = .startTLS
            $0.users = ["ada": "hunter2"]
        } _: { server in
            var configuration = SMTPConfiguration.loopback(server, .startTLS)
            configuration.maximumConnections = 1
            if let limit { configuration.timeouts.connect = limit }
            configuration.credentials = .bearerToken(userName: "ada", token)
            try await body(try SMTPTransport(configuration))
        }
    }

    @Test func aTokenThatDoesNotComeIsWaitedForNoLongerThanAConnection() async throws {
        let (stream, end) = AsyncStream<Void>.makeStream()
        defer { end.finish() }
        // A refresh that several share, and which no one of them cancels.
        let refresh = Task.detached { for await _ in stream {} }
        try await withTransport(limit: .milliseconds(200)) {
            await refresh.value
            return Secret("hunter2")
        } _: { transport in
            let error = await #expect(throws: MailError.self) {
                try await transport.send(outgoingMail(), deadline: .now + .seconds(20))
            }
            #expect(error?.code == .authenticationFailed && error?.isRetryable == true)
            await transport.shutdown()
        }
    }

    enum Failure: CaseIterable { case mayPass, foreign, cancellation }

    @Test(arguments: Failure.allCases) func oneTokenThatCannotBeHadEndsOneMail(_ failure: Failure) async throws {
        struct Foreign: Error {}
        let calls = Locked(0)
        try await withTransport {
            let call = calls.withLock { count in
                count += 1
                return count
            }
            guard call == 1 else { return Secret("hunter2") }
            switch failure {
            case .mayPass: throw MailError(.unavailable, "The token server is busy.", isRetryable: true)
            case .foreign: throw Foreign()
            case .cancellation: throw CancellationError()
            }
        } _: { transport in
            let results = await transport.send(try (0..<3).map { _ in try outgoingMail() }, deadline: nil)
            guard case .failure(let error as MailError) = results[0] else {
                Issue.record("\(results[0])")
                return
            }
            #expect(error.isRetryable)
            for result in results.dropFirst() { #expect(try result.get().isAccepted) }
        }
    }

    @Test func credentialsShowNeitherSecretNorUserName() {
        // At Postmark the user name is the token as well.
        let all: [SMTPCredentials] = [
            .password(userName: "tok-3n", Secret("hunter2")), .bearerToken(userName: "tok-3n") { Secret("hunter2") },
        ]
        var configuration = SMTPConfiguration(host: "smtp.example.org")
        for credentials in all {
            configuration.credentials = credentials
            var text = "\(credentials) \(String(reflecting: credentials)) \(configuration)"
            dump(configuration, to: &text)
            #expect(!text.contains("tok-3n") && !text.contains("hunter2"))
        }
    }
}
