import GroundworkCore
import GroundworkTesting
import Mailer
import MailerTesting
import Testing

/// The promises of a delivery, with real connections below it.
@Suite struct MailDeliveryOverSMTPTests {
    private func delivery(_ servers: [LoopbackSMTPServer]) throws -> MailDelivery {
        let transports = try servers.map { server in
            try SMTPTransport(.loopback(server), name: "smtp-\(server.port)")
        }
        var configuration = MailDelivery.Configuration()
        configuration.retries.baseDelay = .milliseconds(1)
        return try MailDelivery(routes: transports.map { MailRoute($0) }, configuration)
    }

    private func recipients(_ server: LoopbackSMTPServer) -> [[String]] {
        server.messages.map { $0.recipients.map { "\($0)" } }
    }

    @Test func aServerThatClosesAtOnceIsPassedOver() async throws {
        try await withLoopbackServer {
            $0.faults = [.at(.greeting, .close)]
        } _: { first in
            try await withLoopbackServer { second in
                let receipt = try await delivery([first, second]).send(outgoingMail(), deadline: nil)
                #expect(receipt.isAccepted)
                #expect(receipt.transport == "smtp-\(second.port)")
                #expect(second.messages.count == 1)
            }
        }
    }

    @Test func whatOneServerCannotTakeGoesToTheNextOne() async throws {
        try await withLoopbackServer {
            $0.extensions = ["PIPELINING", "SIZE 1000"]
        } _: { first in
            try await withLoopbackServer { second in
                let delivery = try delivery([first, second])
                let mails = [
                    try outgoingMail(text: String(repeating: "a b\n", count: 1000)),
                    try outgoingMail(to: ["grün@example.org"]), try outgoingMail(text: "Short"),
                ]
                let servers = [second, second, first].map { "smtp-\($0.port)" }
                for (mail, server) in zip(mails, servers) {
                    let receipt = try await delivery.send(mail, deadline: nil)
                    #expect(receipt.isAccepted && receipt.transport == server)
                }
                for result in await delivery.send(batch: mails, deadline: nil) { #expect(try result.get().isAccepted) }
                #expect(first.messages.count == 2 && second.messages.count == 4)
                // Where there is no next one, it is an error.
                let alone = try self.delivery([first])
                #expect(await mailErrorCode { _ = try await alone.send(mails[0], deadline: nil) } == .limitExceeded)
            }
        }
    }

    @Test func aConnectionLostBehindTheContentIsUnknownAndTriedNowhereElse() async throws {
        try await withLoopbackServer {
            $0.faults = [.at(.endOfData, .takeAndClose)]
        } _: { first in
            try await withLoopbackServer { second in
                let receipt = try await delivery([first, second]).send(outgoingMail(), deadline: nil)
                #expect(receipt.recipients.map(\.outcome.isUnknown) == [true])
                #expect(first.messages.count == 1)
                #expect(second.connectionCount == 0)
            }
        }
    }

    @Test func onlyTheRecipientThatWasRefusedForNowIsOfferedAgain() async throws {
        try await withLoopbackServer {
            $0.unknownLocalParts = ["nobody"]
            $0.faults = [.at(.recipient, .reply("451 4.2.1 Busy"), occurrence: 2)]
        } _: { server in
            let mail = try outgoingMail(to: ["ada@example.org", "bob@example.org", "nobody@example.org"])
            let receipt = try await delivery([server]).send(mail, deadline: nil)
            #expect(receipt.recipients.map(\.outcome.isAccepted) == [true, true, false])
            #expect(receipt.recipients[2].outcome.isRejected)
            #expect(receipt.attempts == 2)
            #expect(recipients(server) == [["ada@example.org"], ["bob@example.org"]])
        }
    }

    @Test func theDeadlineBeforeTheContentsEndMeansNotSentAndAfterItUnknown() async throws {
        for (step, isUnknown) in [(LoopbackSMTPFault.Step.data, false), (.endOfData, true)] {
            try await withLoopbackServer {
                $0.faults = [.at(step, .stall)]
            } _: { first in
                try await withLoopbackServer { second in
                    let delivery = try delivery([first, second])
                    let end = ContinuousClock.now + .milliseconds(300)
                    if isUnknown {
                        let receipt = try await delivery.send(outgoingMail(), deadline: end)
                        #expect(receipt.recipients.map(\.outcome.isUnknown) == [true])
                    } else {
                        let code = await mailErrorCode { _ = try await delivery.send(outgoingMail(), deadline: end) }
                        #expect(code == .deadlineExceeded)
                    }
                    #expect(second.messages.isEmpty)
                }
            }
        }
    }

    @Test func cancelledBeforeTheContentItWasNotSent() async throws {
        try await withLoopbackServer {
            $0.faults = [.at(.data, .stall)]
        } _: { server in
            let delivery = try delivery([server])
            let mail = try outgoingMail()
            let task = Task { try await delivery.send(mail, deadline: nil) }
            while !server.commands.contains(where: { $0.line == "DATA" }) { await Task.yield() }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(server.messages.isEmpty)
        }
    }

    @Test func cancelledBehindTheContentTheOutcomeIsUnknownAndNoErrorHidesIt() async throws {
        try await withLoopbackServer {
            $0.faults = [.at(.endOfData, .delay(.seconds(20)))]
        } _: { server in
            let delivery = try delivery([server])
            let mail = try outgoingMail()
            let task = Task { try await delivery.send(mail, deadline: nil) }
            // The server has it, and says nothing.
            while server.messages.isEmpty { await Task.yield() }
            task.cancel()
            let receipt = try await task.value
            #expect(receipt.recipients.map(\.outcome.isUnknown) == [true])
        }
    }

    /// A stream can be read once, and whoever could not be reached has not read it.
    @Test func aStreamFailsOverAsLongAsNobodyReadIt() async throws {
        let gone = try await LoopbackSMTPServer.start()
        let unreachable = try SMTPTransport(.loopback(gone))
        await gone.stop()
        let memory = InMemoryMailTransport()
        var message = try outgoingMail().message
        let (stream, feed) = AsyncStream<[UInt8]>.makeStream()
        feed.yield([1, 2, 3])
        feed.finish()
        message.attachments = [try MailAttachment(fileName: "a.bin", content: .stream(length: nil, stream))]
        let mail = try OutgoingMail(message)
        let delivery = try MailDelivery(routes: [MailRoute(unreachable), MailRoute(memory)], time: InstantTime())
        let receipt = try await delivery.send(mail, deadline: nil)
        #expect(receipt.isAccepted && receipt.attempts == 2)
        #expect(try memory.sent.single.received().attachments.first?.body == [1, 2, 3])
        // It was read: nobody can send it a second time.
        let busy = try MailDelivery(routes: [MailRoute(unreachable), MailRoute(memory)], time: InstantTime())
        await #expect(throws: (any Error).self) { try await busy.send(mail, deadline: nil).requireAccepted() }
        #expect(memory.sent.count == 1)
    }
}
