import GroundworkCore
import GroundworkSockets
import GroundworkTesting
import MailerTesting
import Testing

@testable import Mailer

/// Servers that say what no server says.
@Suite(.timeLimit(.minutes(1))) struct SMTPHostileServerTests {
    typealias Action = LoopbackSMTPFault.Action

    /// What becomes of a mail when a server that otherwise behaves sends something at a step.
    static func fate(_ step: LoopbackSMTPFault.Step, _ action: Action) async throws -> (MailOutcome?, MailError?, Int) {
        let fate = try await SMTPFaultTests.fate(step, action)
        return (fate.outcome, fate.error, fate.taken)
    }

    @Test func linesOf10MBAreNotRead() async throws {
        let line = Array("250 ".utf8) + Array(repeating: UInt8(0x61), count: 10 << 20) + [0x0D, 0x0A]
        #expect(try await Self.fate(.greeting, .send(line)).1?.code == .unexpectedAnswer)
        #expect(try await Self.fate(.mail, .send(line)).0?.isRetryable == true)
        #expect(try await Self.fate(.endOfData, .send(line)).0?.isUnknown == true)
    }

    @Test func floodsOfLinesAreNotRead() async throws {
        let flood = Array(String(repeating: "250-x\r\n", count: 200_000).utf8)
        #expect(try await Self.fate(.ehlo, .send(flood)).1?.code == .unexpectedAnswer)
        #expect(try await Self.fate(.recipient, .send(flood)).0?.isRetryable == true)
    }

    @Test func bareLineFeedsAnd8BitTextArePutUpWith() async throws {
        #expect(try await Self.fate(.ehlo, .send(Array("250-gr\u{fc}n\n250 PIPELINING\n".utf8))).0?.isAccepted == true)
        #expect(
            try await Self.fate(.greeting, .send([0x32, 0x32, 0x30, 0x20, 0xFF, 0xFE, 0x00, 0x0A])).0?.isAccepted
                == true
        )
    }

    @Test func linesWithDifferentCodesAreNoReply() async throws {
        #expect(try await Self.fate(.ehlo, .send(Array("250-a\r\n550 b\r\n".utf8))).1?.code == .unexpectedAnswer)
        #expect(try await Self.fate(.mail, .send(Array("250-a\r\n550 b\r\n".utf8))).0?.isRetryable == true)
        #expect(try await Self.fate(.endOfData, .send(Array("250-a\r\n550 b\r\n".utf8))).0?.isUnknown == true)
    }

    @Test func aReplyBeforeItsCommandIsNotTaken() async throws {
        // Behind the greeting; behind EHLO's reply; behind the consent to DATA, where it would pass for acceptance.
        #expect(try await Self.fate(.greeting, .append(Array("250 a\r\n".utf8))).1?.code == .unexpectedAnswer)
        #expect(try await Self.fate(.ehlo, .append(Array("250 a\r\n".utf8))).1?.code == .unexpectedAnswer)
        let early = try await Self.fate(.data, .append(Array("250 2.0.0 Ok: queued as LIE\r\n".utf8)))
        #expect(early.0?.isRetryable == true && early.2 == 0)
    }

    @Test func repliesThatNobodyAskedForAreNotTakenForTheNextMail() async throws {
        try await withLoopbackServer {
            $0.faults = [.at(.endOfData, .append(Array("250 a\r\n250 b\r\n354 c\r\n250 d\r\n".utf8)), occurrence: 1)]
        } _: { server in
            let transport = try SMTPTransport(.loopback(server))
            #expect(try await outcomes(transport, outgoingMail())[0].isAccepted)
            #expect(try await outcomes(transport, outgoingMail())[0].isAccepted)
            #expect(server.messages.count == 2 && server.connectionCount == 2)
        }
    }

    /// The second mail waits for the first one's connection; the server refuses it, whatever it has said before.
    @Test func repliesThatNobodyAskedForAreNotTakenForAMailThatWaits() async throws {
        try await withLoopbackServer {
            $0.faults = [
                .at(.endOfData, .append(Array("250 a\r\n250 b\r\n354 c\r\n".utf8)), occurrence: 1),
                .at(.endOfData, .reply("554 5.7.1 Spam"), occurrence: 2),
            ]
        } _: { server in
            var configuration = SMTPConfiguration.loopback(server)
            configuration.maximumConnections = 1
            let transport = try SMTPTransport(configuration)
            let results = await transport.send(try (0..<2).map { _ in try outgoingMail() }, deadline: nil)
            #expect(try results[0].get().isAccepted)
            #expect(try results[1].get().recipients[0].outcome.isRejected)
            #expect(server.messages.count == 1 && server.connectionCount == 2)
        }
    }

    /// CVE-2011-0411 seen from the client: what came in clear must not pass for what came through TLS.
    @Test func whatCameInClearBehindSTARTTLSIsAnError() async throws {
        try await withLoopbackServer {
            $0.security = .startTLS
            $0.users = ["ada": "hunter2"]
            $0.faults = [.at(.startTLS, .append(Array("250-evil\r\n250 AUTH PLAIN\r\n235 ok\r\n".utf8)))]
        } _: { server in
            for security in [SMTPSecurity.startTLS, .opportunisticStartTLS] {
                var configuration = SMTPConfiguration.loopback(server, security)
                configuration.credentials = .password(userName: "ada", Secret("hunter2"))
                let transport = try SMTPTransport(configuration)
                #expect(
                    await mailErrorCode { _ = try await transport.send(outgoingMail(), deadline: nil) }
                        == .unexpectedAnswer
                )
                #expect(!server.commands.contains { $0.line.hasPrefix("AUTH") })
            }
        }
    }

    @Test func clearTextInPlaceOfAHandshakeIsAnError() async throws {
        try await withRawServer { stream in
            try await stream.send("220 a\r\n")
            try await stream.skipLine()
            try await stream.send("250-a\r\n250 STARTTLS\r\n")
            try await stream.skipLine()
            try await stream.send("220 go\r\n")
            _ = try await stream.read(upTo: 4096, deadline: .now + .seconds(20))
            try await stream.send("250-a\r\n250 AUTH PLAIN\r\n")
            _ = try await stream.read(upTo: 4096, deadline: .now + .seconds(20))
        } _: { port in
            let transport = try SMTPTransport(.loopback(port: port, .startTLS))
            #expect(await mailErrorCode { _ = try await transport.send(outgoingMail(), deadline: nil) } == .tlsFailed)
        }
    }

    @Test func anotherProtocolIsNoServer() async throws {
        for text in ["HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-x\r\n", "+OK POP3\r\n", "\r\n"] {
            try await withRawServer { stream in
                try await stream.send(text)
                _ = try await stream.read(upTo: 100, deadline: .now + .seconds(20))
            } _: { port in
                let transport = try SMTPTransport(.loopback(port: port))
                #expect(
                    await mailErrorCode { _ = try await transport.send(outgoingMail(), deadline: nil) }
                        == .unexpectedAnswer
                )
            }
        }
    }

    /// A server that stops reading its commands, or the content, holds nobody for ever.
    @Test func aServerThatStopsReadingHoldsNobody() async throws {
        try await withRawServer { stream in
            try await stream.send("220 a\r\n")
            try await stream.skipLine()
            try await stream.send("250-a\r\n250 PIPELINING\r\n")
            try await stream.skipLine()
            try await stream.send("250 a\r\n250 a\r\n354 a\r\n")
            try await stream.waitUntilHungUp(deadline: .now + .seconds(30))
        } _: { port in
            var configuration = SMTPConfiguration.loopback(port: port)
            configuration.timeouts.block = .milliseconds(300)
            let transport = try SMTPTransport(configuration)
            var mail = try outgoingMail()
            let body = HTTPBody.bytes(ManualRandom(seed: 1).bytes(16 << 20))
            mail.message.attachments = [try MailAttachment(fileName: "a.bin", content: body)]
            let began = ContinuousClock.now
            #expect(try await outcomes(transport, mail)[0].isRetryable)
            #expect(ContinuousClock.now - began < .seconds(20))
        }
    }

    /// A refusal while the content is on its way is the outcome, and the rest of the content is not sent.
    @Test(arguments: [true, false]) func aRefusalWithinALargeContentIsTheOutcome(_ isWhole: Bool) async throws {
        try await withRawServer { stream in
            try await stream.send("220 a\r\n")
            try await stream.skipLine()
            try await stream.send("250-a\r\n250 PIPELINING\r\n")
            try await stream.skipLine()
            try await stream.send("250 a\r\n250 a\r\n354 a\r\n")
            _ = try await stream.read(upTo: 100, deadline: .now + .seconds(20))
            try await stream.send(isWhole ? "552 5.3.4 Too large\r\n" : "552-5.3.4 Too")
            if !isWhole {
                // The rest when the client sends no more, for it has seen the beginning.
                while let bytes = try? await stream.read(upTo: 1 << 20, deadline: .now + .milliseconds(200)),
                    !bytes.isEmpty
                {}
                try await stream.send(" large\r\n552 5.3.4 Send less\r\n")
            }
            while try await !stream.read(upTo: 1 << 20, deadline: .now + .seconds(20)).isEmpty {}
        } _: { port in
            let transport = try SMTPTransport(.loopback(port: port))
            var mail = try outgoingMail()
            let body = HTTPBody.bytes(ManualRandom(seed: 1).bytes(32 << 20))
            mail.message.attachments = [try MailAttachment(fileName: "a.bin", content: body)]
            let outcome = try await outcomes(transport, mail)[0]
            #expect(outcome.isRejected && outcome.reply?.code == 552)
        }
    }

    @Test func manyRecipientsAreSentInGroups() async throws {
        try await withLoopbackServer { server in
            var configuration = SMTPConfiguration.loopback(server)
            configuration.maximumRecipientsPerMessage = .max
            let transport = try SMTPTransport(configuration)
            let recipients = try (0..<5000).map { try EnvelopeAddress("recipient-number-\($0)@example.org") }
            let one = try outgoingMail()
            let mail = try OutgoingMail(one.message, envelope: MailEnvelope(sender: nil, recipients: recipients))
            let receipt = try await transport.send(mail, deadline: nil)
            #expect(receipt.isAccepted && receipt.recipients.count == 5000)
            #expect(server.messages.first?.recipients.count == 5000 && server.messages.first?.sender == "")
        }
    }
}
