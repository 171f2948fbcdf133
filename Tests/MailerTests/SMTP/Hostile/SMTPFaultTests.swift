import GroundworkCore
import GroundworkTesting
import MailerTesting
import Testing

@testable import Mailer

/// Servers that break off, refuse or dawdle at each step: the outcome is certain before the end of the content went
/// out, and unknown after.
@Suite(.timeLimit(.minutes(1))) struct SMTPFaultTests {
    typealias Step = LoopbackSMTPFault.Step

    static let beforeMessage: [Step] = [.greeting, .ehlo]
    static let withinMessage: [Step] = [.mail, .recipient, .data, .content]

    /// What becomes of a mail when something happens at a step; `error` when the send throws.
    static func fate(
        _ step: Step,
        _ action: LoopbackSMTPFault.Action,
        limit: Duration? = nil,
        deadline: Duration? = nil
    ) async throws -> (outcome: MailOutcome?, error: MailError?, taken: Int) {
        var result: (MailOutcome?, MailError?, Int) = (nil, nil, 0)
        try await withLoopbackServer {
            $0.faults = [.at(step, action)]
        } _: { server in
            var configuration = SMTPConfiguration.loopback(server)
            if let limit {
                configuration.timeouts.greeting = limit
                configuration.timeouts.command = limit
                configuration.timeouts.data = limit
                configuration.timeouts.endOfData = limit
            }
            let transport = try SMTPTransport(configuration)
            do {
                let receipt = try await transport.send(outgoingMail(), deadline: deadline.map { .now + $0 })
                result.0 = receipt.recipients.first?.outcome
            } catch let error as MailError {
                result.1 = error
            }
            result.2 = server.messages.count
        }
        return result
    }

    @Test(arguments: SMTPFaultTests.beforeMessage) func aCloseBeforeTheMessageIsAnErrorThatMayPass(_ step: Step)
        async throws
    {
        for action in [LoopbackSMTPFault.Action.close, .abort] {
            let fate = try await Self.fate(step, action)
            #expect(fate.error?.code == .connectionFailed && fate.error?.isRetryable == true && fate.taken == 0)
        }
    }

    @Test(arguments: SMTPFaultTests.withinMessage) func aCloseWithinTheMessageIsRetryable(_ step: Step) async throws {
        // The server's plan for the content comes into play when its end is on its way already.
        let fate = try await Self.fate(step, .close)
        #expect(step == .content ? fate.outcome?.isUnknown == true : fate.outcome?.isRetryable == true)
        #expect(fate.taken == 0)
    }

    @Test func aCloseAfterTheMessageIsUnknown() async throws {
        for (action, taken) in [(LoopbackSMTPFault.Action.close, 0), (.takeAndClose, 1), (.abort, 0)] {
            let fate = try await Self.fate(.endOfData, action)
            #expect(fate.outcome?.isUnknown == true && fate.taken == taken)
        }
    }

    @Test(arguments: SMTPFaultTests.beforeMessage) func a421BeforeTheMessageIsAnErrorThatMayPass(_ step: Step)
        async throws
    {
        let fate = try await Self.fate(step, .replyAndClose("421 4.3.2 Shutting down"))
        #expect(fate.error?.code == .unavailable && fate.error?.reply?.code == 421 && fate.error?.isRetryable == true)
    }

    @Test(arguments: [Step.mail, .recipient, .data, .content, .endOfData])
    func a421WithinTheMessageIsRetryable(_ step: Step) async throws {
        let fate = try await Self.fate(step, .replyAndClose("421 4.3.2 Shutting down"))
        #expect(fate.outcome?.isRetryable == true && fate.outcome?.reply?.code == 421)
    }

    @Test(arguments: [("550 5.7.1 Not you", MailError.Code.senderRefused), ("530 5.7.0 Log in", .authenticationFailed)])
    func aRefusedSenderIsTheAccountsFaultAndNoRecipients(_ reply: String, _ code: MailError.Code) async throws {
        let fate = try await Self.fate(.mail, .reply(reply))
        #expect(fate.outcome == nil && fate.error?.code == code && fate.error?.isRetryable == false)
        #expect(fate.error?.reply?.code == Int(reply.prefix(3)) && fate.error?.message.contains("Not you") == false)
    }

    @Test(arguments: [Step.mail, .recipient, .data, .endOfData])
    func refusalsKeepTheirCodeAndText(_ step: Step) async throws {
        let later = try await Self.fate(step, .reply("451-4.7.1 Greylisted\n451 4.7.1 try in a minute"))
        #expect(
            later.outcome
                == .retryable(
                    MailReply(
                        code: 451,
                        enhancedCode: EnhancedStatusCode(4, 7, 1),
                        text: "Greylisted\ntry in a minute"
                    ),
                    after: nil
                )
        )
        let never = try await Self.fate(step, .reply("554 5.7.1 Spam"))
        guard step != .mail else {
            #expect(never.error?.reply?.code == 554 && never.error?.reply?.text == "Spam")
            return
        }
        #expect(
            never.outcome == .rejected(MailReply(code: 554, enhancedCode: EnhancedStatusCode(5, 7, 1), text: "Spam"))
        )
    }

    @Test(arguments: [Step.greeting, .ehlo, .mail, .recipient, .data, .endOfData])
    func silenceEndsAtTheStepsLimit(_ step: Step) async throws {
        let fate = try await Self.fate(step, .stall, limit: .milliseconds(150))
        switch step {
        case .greeting, .ehlo: #expect(fate.error?.code == .connectionFailed && fate.error?.isRetryable == true)
        case .endOfData: #expect(fate.outcome?.isUnknown == true)
        default: #expect(fate.outcome?.isRetryable == true)
        }
    }

    @Test(arguments: [Step.greeting, .mail, .endOfData])
    func aReplyThatComesByteByByteIsLateAsWell(_ step: Step) async throws {
        let fate = try await Self.fate(step, .trickle(pause: .milliseconds(40)), limit: .milliseconds(200))
        switch step {
        case .greeting: #expect(fate.error?.code == .connectionFailed)
        case .endOfData: #expect(fate.outcome?.isUnknown == true)
        default: #expect(fate.outcome?.isRetryable == true)
        }
    }

    @Test func aReplyByteByByteIsAReply() async throws {
        for step in [Step.greeting, .ehlo, .mail, .recipient, .data, .endOfData] {
            let fate = try await Self.fate(step, .trickle(pause: .zero))
            #expect(fate.outcome?.isAccepted == true && fate.taken == 1)
        }
    }

    @Test(arguments: [Step.greeting, .ehlo, .mail, .data, .endOfData])
    func oneDeadlineBoundsAllSteps(_ step: Step) async throws {
        let began = ContinuousClock.now
        let fate = try await Self.fate(step, .stall, deadline: .milliseconds(200))
        #expect(ContinuousClock.now - began < .seconds(10))
        if step == .endOfData {
            #expect(fate.outcome?.isUnknown == true)
        } else {
            #expect(fate.error?.code == .deadlineExceeded)
        }
    }

    @Test(arguments: [Step.greeting, .ehlo, .mail, .data, .endOfData])
    func cancellationHasADefinedOutcome(_ step: Step) async throws {
        try await withLoopbackServer {
            $0.faults = [.at(step, .stall)]
        } _: { server in
            let transport = try SMTPTransport(.loopback(server))
            let mail = try outgoingMail()
            let task = Task { try await transport.send(mail, deadline: nil) }
            let awaited: (LoopbackSMTPServer) -> Bool = { server in
                step == .greeting ? server.connectionCount > 0 : server.hasReached(step)
            }
            while !awaited(server) { await Task.yield() }
            task.cancel()
            switch await task.result {
            case .success(let receipt): #expect(step == .endOfData && receipt.recipients[0].outcome.isUnknown)
            case .failure(let error): #expect(step != .endOfData && error is CancellationError)
            }
            #expect(server.messages.isEmpty)
        }
    }

    /// The steps that not every dialogue has: with TLS, a login, and a second mail after a refused one.
    static func fates(_ step: Step, _ action: LoopbackSMTPFault.Action) async throws -> [Result<MailOutcome, any Error>]
    {
        var fates: [Result<MailOutcome, any Error>] = []
        try await withLoopbackServer {
            $0.security = .startTLS
            $0.users = ["ada": "hunter2"]
            $0.faults = [.at(step, action, occurrence: 1), .at(.data, .reply("451 4.3.0 Later"), occurrence: 1)]
            if step == .helo { $0.faults.append(.at(.ehlo, .reply("502 5.5.1 What?"))) }
        } _: { server in
            var configuration = SMTPConfiguration.loopback(server, step == .helo ? .none : .startTLS)
            configuration.timeouts.quit = .milliseconds(200)
            if step != .helo { configuration.credentials = .password(userName: "ada", Secret("hunter2")) }
            let transport = try SMTPTransport(configuration)
            for _ in 0..<2 {
                do { fates.append(.success(try await outcomes(transport, outgoingMail())[0])) } catch {
                    fates.append(.failure(error))
                }
            }
            await transport.shutdown()
        }
        return fates
    }

    @Test(arguments: [Step.helo, .startTLS, .auth]) func a421OrACloseBeforeLoginIsAnErrorThatMayPass(_ step: Step)
        async throws
    {
        for action in [LoopbackSMTPFault.Action.replyAndClose("421 4.3.2 Shutting down"), .close, .abort] {
            guard case .failure(let error as MailError) = try await Self.fates(step, action)[0] else {
                Issue.record("no error")
                return
            }
            #expect(error.isRetryable, "\(error)")
            if case .replyAndClose = action { #expect(error.reply?.code == 421, "\(error)") }
        }
    }

    @Test func a421OrACloseAtRSETLeavesTheMailToANewConnection() async throws {
        for action in [LoopbackSMTPFault.Action.replyAndClose("421 4.3.2 Shutting down"), .close, .abort] {
            let fates = try await Self.fates(.reset, action)
            guard case .success(let first) = fates[0], case .success(let second) = fates[1] else {
                Issue.record("\(fates)")
                return
            }
            #expect(first.isRetryable)
            // Nothing of it was sent that counts, and it went through a new connection.
            #expect(second.isAccepted)
        }
    }

    @Test func whateverHappensAtQUITHarmsNothing() async throws {
        for action in [LoopbackSMTPFault.Action.replyAndClose("421 4.3.2 Shutting down"), .close, .abort, .stall] {
            let fates = try await Self.fates(.quit, action)
            guard case .success(let second) = fates[1] else {
                Issue.record("\(fates)")
                return
            }
            #expect(second.isAccepted)
        }
    }
}
