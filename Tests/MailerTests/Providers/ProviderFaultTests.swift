import FoundationEssentials
import GroundworkCore
import GroundworkHTTP
import GroundworkTesting
import HTTPTypes
import MailerTesting
import Testing

@testable import Mailer

/// What must become of a mail when the provider or the way to it misbehaves.
enum ExpectedFate: Sendable {
    case accepted, rejected, retryable, unknown
    case thrown(MailError.Code)
}

@Suite struct ProviderFaultTests {
    private func fate(_ transport: any MailTransport) async throws -> (outcome: MailOutcome?, error: MailError?) {
        do {
            return (try await transport.send(try outgoingMail(), deadline: nil).outcome, nil)
        } catch let error as MailError {
            return (nil, error)
        }
    }

    private func expect(_ expected: ExpectedFate, _ fate: (outcome: MailOutcome?, error: MailError?), _ what: String) {
        switch expected {
        case .accepted: #expect(fate.outcome?.isAccepted == true, "\(what): \(fate)")
        case .rejected: #expect(fate.outcome?.isRejected == true, "\(what): \(fate)")
        case .retryable: #expect(fate.outcome?.isRetryable == true, "\(what): \(fate)")
        case .unknown: #expect(fate.outcome?.isUnknown == true, "\(what): \(fate)")
        case .thrown(let code): #expect(fate.error?.code == code, "\(what): \(fate)")
        }
    }

    /// For each fault what Resend's and SendGrid's answer means, and how many mails were taken.
    private static let matrix: [(LoopbackProviderFault, resend: ExpectedFate, sendGrid: ExpectedFate, sent: Int)] = [
        (.error(400, name: "validation_error"), .rejected, .rejected, 0),
        (.error(401, name: "missing_api_key"), .thrown(.authenticationFailed), .thrown(.authenticationFailed), 0),
        (.error(401, name: "restricted_api_key"), .thrown(.authenticationFailed), .thrown(.authenticationFailed), 0),
        (.error(403, name: "validation_error"), .thrown(.invalidConfiguration), .thrown(.invalidConfiguration), 0),
        (.error(403, name: "invalid_api_key"), .thrown(.authenticationFailed), .thrown(.invalidConfiguration), 0),
        // No mail is the cause of it: another provider may take what this endpoint does not know.
        (.error(404, name: "not_found"), .thrown(.unexpectedAnswer), .thrown(.unexpectedAnswer), 0),
        (.error(405, name: "method_not_allowed"), .thrown(.unexpectedAnswer), .thrown(.unexpectedAnswer), 0),
        // Something was sent under the key, which may be this mail in other words.
        (.error(409, name: "invalid_idempotent_request"), .unknown, .rejected, 0),
        (.error(409, name: "concurrent_idempotent_requests"), .unknown, .rejected, 0),
        (.error(413, name: "too_large"), .rejected, .rejected, 0),
        (.error(422, name: "missing_required_field"), .rejected, .rejected, 0),
        (.error(422, name: "something_new"), .rejected, .rejected, 0),
        (.error(429, name: "rate_limit_exceeded"), .retryable, .retryable, 0),
        (.error(429, name: "monthly_quota_exceeded"), .retryable, .retryable, 0),
        (.error(451, name: "security_error"), .rejected, .rejected, 0),
        (.error(500, name: "application_error"), .unknown, .unknown, 0),
        (.error(502, name: "application_error"), .unknown, .unknown, 0),
        // Neither provider says of it that the mail was not taken.
        (.error(503, name: "something_new"), .unknown, .unknown, 0),
        (.error(504, name: "application_error"), .unknown, .unknown, 0),
        (.error(408, name: "something_new"), .unknown, .unknown, 0),
        (.errorAfterWork(500), .unknown, .unknown, 1),
        (.errorAfterWork(502), .unknown, .unknown, 1),
        (.errorAfterWork(503), .unknown, .unknown, 1),
        (.errorAfterWork(504), .unknown, .unknown, 1),
        // Not the provider's own words: nobody knows what the provider did.
        (.html(200), .unknown, .unknown, 0),
        (.html(202), .unknown, .unknown, 0),
        (.html(302), .thrown(.unexpectedAnswer), .thrown(.unexpectedAnswer), 0),
        (.html(403), .thrown(.unexpectedAnswer), .thrown(.unexpectedAnswer), 0),
        (.html(404), .thrown(.unexpectedAnswer), .thrown(.unexpectedAnswer), 0),
        // A conflict may be with the same mail, which is under way.
        (.html(409), .unknown, .unknown, 0),
        (.html(429), .retryable, .retryable, 0),
        (.html(500), .unknown, .unknown, 0),
        (.html(502), .unknown, .unknown, 0),
        (.html(503), .unknown, .unknown, 0),
        (.html(504), .unknown, .unknown, 0),
        (.emptySuccess(200), .unknown, .unknown, 0),
        (.emptySuccess(202), .unknown, .accepted, 0),
        (.errorInsideSuccess(name: "validation_error"), .rejected, .rejected, 0),
        (.closeBeforeWork, .unknown, .unknown, 0),
        (.closeAfterWork, .unknown, .unknown, 1),
    ]

    @Test func everyFaultHasItsFateAtResend() async throws {
        for (fault, expected, _, sent) in Self.matrix {
            try await withResend { server, transport in
                server.plan(fault)
                expect(expected, try await fate(transport), "\(fault)")
                #expect(server.pendingFaults == 0)
                #expect(server.mails.count == sent)
            }
        }
    }

    @Test func everyFaultHasItsFateAtSendGrid() async throws {
        for (fault, _, expected, sent) in Self.matrix {
            try await withSendGrid { server, transport in
                server.plan(fault)
                expect(expected, try await fate(transport), "\(fault)")
                #expect(server.pendingFaults == 0)
                #expect(server.mails.count == sent)
            }
        }
    }

    /// An HTTP transport of one's own that fails with an error of its own, at the calls named.
    private struct OddTransport: HTTPTransport {
        struct Odd: Error {}
        let next: any HTTPTransport
        let calls = Locked(0)
        let failing: Set<Int>

        func send(
            _ request: HTTPRequest,
            body: HTTPBody?,
            options: HTTPRequestOptions
        ) async throws -> HTTPStreamedResponse {
            let response = try await next.send(request, body: body, options: options)
            let call = calls.withLock { calls in
                calls += 1
                return calls
            }
            guard !failing.contains(call) else { throw Odd() }
            return response
        }
    }

    @Test func anErrorThatNoTransportMayThrowIsUnknown() async throws {
        try await withSendGrid { server, plain in
            let http = OddTransport(next: plain.client.http, failing: [1, 3])
            let transport = try SendGridTransport(server.configuration, http: http)
            #expect(try await fate(transport).outcome?.isUnknown == true)
            // Within a batch of mails that go alone it is that mail's outcome alone.
            let mails = try (0..<4).map { try outgoingMail(to: ["user\($0)@example.org"], text: "Text \($0)") }
            let outcomes = try await transport.receipts(of: mails).compactMap(\.outcome)
            #expect(outcomes.filter(\.isAccepted).count == 3 && outcomes.filter(\.isUnknown).count == 1)
            #expect(server.mails.count == 5)
        }
    }

    @Test func anAnswerThatBreaksOffIsUnknownWhereItsBodyCounts() async throws {
        try await withResend { server, transport in
            server.plan(.truncatedAnswer, .hugeAnswer(2 << 20))
            let mail = try outgoingMail()
            #expect(try await transport.send(mail, deadline: nil).outcome?.isUnknown == true)
            #expect(try await transport.send(mail, deadline: nil).outcome?.isUnknown == true)
            // The key makes a third try safe.
            #expect(try await transport.send(mail, deadline: nil).outcome?.isAccepted == true)
            #expect(server.mails.count == 1)
        }
    }

    @Test func aQuotaIsNotTriedAgainSoon() async throws {
        try await withResend { server, transport in
            server.plan(.error(429, name: "daily_quota_exceeded", retryAfter: "1"))
            let wait = try await fate(transport).outcome?.wait
            #expect(wait.map { $0 >= .seconds(3600) } == true)
        }
    }

    @Test func theWaitOfAnAnswerIsTakenOver() async throws {
        try await withResend { server, transport in
            server.plan(.error(429, name: "rate_limit_exceeded", retryAfter: "17"))
            let wait = try await fate(transport).outcome?.wait
            #expect(wait == .seconds(17))
        }
    }

    @Test func withoutRetryAfterTheWindowOf429IsTheWait() async throws {
        let time = InstantTime()
        try await withResend(time: time) { server, transport in
            server.limitRate(1, per: .seconds(5))
            let first = try await fate(transport).outcome
            // The answer said that nothing remains: the next one waits for the window, and passes.
            let second = try await fate(transport).outcome
            #expect(first?.isAccepted == true && second?.isAccepted == true)
            #expect(time.sleeps.reduce(.zero, +) >= .seconds(4))
            #expect(server.mails.count == 2)
        }
    }

    @Test func sendGridsRateIsReadAsATime() async throws {
        let time = InstantTime()
        try await withSendGrid(time: time) { server, transport in
            server.limitRate(1, per: .seconds(30))
            for _ in 0..<3 {
                let outcome = try await fate(transport).outcome
                #expect(outcome?.isAccepted == true)
            }
            #expect(time.sleeps.reduce(.zero, +) >= .seconds(58))
            #expect(server.mails.count == 3)
        }
    }

    @Test func nobodyListeningMeansThatNothingWasSent() async throws {
        let server = try await LoopbackResendServer.start()
        let transport = try ResendTransport(server.configuration)
        await server.stop()
        let (outcome, error) = try await fate(transport)
        #expect(outcome == nil)
        #expect(error?.code == .connectionFailed)
        #expect(error?.isRetryable == true)
    }

    @Test func aSilentServerIsUnknownAfterTheTimeout() async throws {
        try await withResend({ $0.timeout = .milliseconds(300) }) { server, transport in
            server.plan(.hang)
            let outcome = try await fate(transport).outcome
            #expect(outcome?.isUnknown == true)
        }
    }

    @Test func aDeadlineThatPassedSendsNothing() async throws {
        try await withResend { server, transport in
            let code = await mailErrorCode {
                _ = try await transport.send(try outgoingMail(), deadline: .now - .seconds(1))
            }
            #expect(code == .deadlineExceeded)
            #expect(server.calls.isEmpty)
        }
    }

    @Test func cancellingASendUnderWayIsUnknown() async throws {
        try await withResend { server, transport in
            server.plan(.hang)
            let mail = try outgoingMail()
            let task = Task { try await transport.send(mail, deadline: nil) }
            while server.calls.isEmpty { await Task.yield() }
            task.cancel()
            #expect(try await task.value.outcome?.isUnknown == true)
        }
    }

    @Test func aCancelledTaskSendsNothing() async throws {
        try await withResend { server, transport in
            let mail = try outgoingMail()
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await transport.send(mail, deadline: nil)
            }
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(server.calls.isEmpty)
        }
    }

    @Test func theUserAgentIsNeverEmpty() async throws {
        try await withResend({ $0.userAgent = " " }) { server, transport in
            let outcome = try await fate(transport).outcome
            #expect(outcome?.isAccepted == true)
        }
    }

    /// The words of a provider may repeat an address, or a link with its token: they stand in the reply, and in no message.
    @Test(arguments: [400, 401, 403, 404, 405, 408, 409, 422, 429, 500, 503], [true, false])
    func noMessageRepeatsTheProvidersWords(status: Int, isResend: Bool) async throws {
        let names =
            status == 409 ? ["invalid_idempotent_request", "concurrent_idempotent_requests"] : ["no name: s3cret"]
        for name in names {
            let words = "ada@example.org: https://example.org/verify?token=s3cret"
            let fault = LoopbackProviderFault.error(status, name: name, message: words)
            func check(_ transport: any MailTransport) async throws {
                var told: MailError?
                do { try await transport.send(try outgoingMail(), deadline: nil).requireAccepted() } catch {
                    told = error as? MailError
                }
                let error = try #require(told)
                #expect(!error.description.contains("s3cret") && !error.description.contains("ada@"), "\(error)")
                #expect(error.code == .outcomeUnknown || error.reply?.text.contains("s3cret") == true, "\(error)")
            }
            if isResend {
                try await withResend { server, transport in
                    server.plan(fault)
                    try await check(transport)
                }
            } else {
                try await withSendGrid { server, transport in
                    server.plan(fault)
                    try await check(transport)
                }
            }
        }
    }

    @Test func anErrorsTextIsBoundedAndClean() async throws {
        try await withResend { server, transport in
            let text = String(repeating: "é\u{0}\r\n", count: 10_000)
            server.plan(.error(422, name: String(repeating: "n", count: 5000), message: text))
            let reply = try #require(try await fate(transport).outcome?.reply)
            #expect(reply.text.utf8.count <= 2048)
            #expect(MailText.isClean(reply.text))
            #expect((reply.name?.rawValue.utf8.count ?? 0) <= 128)
        }
    }
}
