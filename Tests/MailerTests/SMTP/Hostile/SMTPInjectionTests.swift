import GroundworkCore
import GroundworkTesting
import MailerTesting
import Testing

@testable import Mailer

/// Places where other clients let text end a command or a parameter and begin another one.
@Suite(.timeLimit(.minutes(1))) struct SMTPInjectionTests {
    static func text(_ write: (inout [UInt8]) -> Void) -> String {
        var output: [UInt8] = []
        write(&output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test(arguments: [Int.min, -1, 0, 1, Int.max]) func sizeIsANumber(_ size: Int) throws {
        var commands = try plainCommands(["b@example.org"])
        commands.size = size
        #expect(Self.text { commands.appendMail(to: &$0) } == "MAIL FROM:<a@example.org> SIZE=\(max(0, size))\r\n")
    }

    /// A key may hold what means something in a parameter's value (RFC 3461, section 4).
    @Test(arguments: ["a=b", "a+b", "<x>", "a;b", "=+=+", "a>SIZE=1"]) func theEnvelopeIDIsOneWord(_ key: String) throws
    {
        var commands = try plainCommands(["b@example.org"])
        commands.notifications = SMTPDeliveryNotifications([.failure])
        commands.envelopeID = try IdempotencyKey(key).rawValue
        let line = Self.text { commands.appendMail(to: &$0) }
        let value = line.split(separator: " ").last?.dropFirst("ENVID=".count).dropLast(1) ?? ""
        #expect(line.utf8.count { $0 == 0x20 } == 2 && !value.utf8.contains(0x3D))
        #expect(value.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
    }

    /// CVE-2025-59937: quotes in a local part, and what looks like the end of the path behind them.
    @Test(arguments: [
        "\"a> SIZE=1\"@example.org", "\"a>\\\" RCPT TO:<x@y.z\"@example.org", "\"b@evil.test\"@example.org",
    ])
    func aQuotedLocalPartStaysInItsPath(_ address: String) async throws {
        try await withLoopbackServer { server in
            let transport = try SMTPTransport(.loopback(server))
            let mail = try outgoingMail(to: [address])
            #expect(try await transport.send(mail, deadline: nil).isAccepted)
            let message = try #require(server.messages.first)
            let wanted = try EnvelopeAddress(address).wireText
            #expect(message.recipients == [wanted] && message.recipientParameters == [[]])
            #expect(server.commands.count { $0.line.hasPrefix("RCPT") } == 1)
            // A reader of other hands sees the same domain.
            let read = try await MailReaders.pythonEmail([message.content]).first?.to.first?.address
            #expect(read?.hasSuffix("@example.org") == true)
        }
    }

    /// The tags of a signature come from types that hold no semicolon, and names of fields with one are not signed.
    @Test func noTagOfASignatureHoldsAnother() async throws {
        var (signer, records) = try DKIMVerifiers.signer([.ed25519])
        for name in ["a;d=evil.test", "a d=b", "example.org;", "a=b.org", "a\r\n.org"] {
            #expect(throws: MailError.self) { try MailDomain(name) }
            #expect(throws: MailError.self) { try DKIMSelector(name) }
        }
        signer.identity = try EnvelopeAddress("\"a;d=evil.test;x\"@example.org")
        var message = try Samples.message()
        message.headers = [try MailHeader("X-A;b=c", "1"), try MailHeader("X-A=d", "2")]
        let composed = try Samples.composer().compose(message)
        // Signed where it is there, or oversigned where it is not: either would begin a tag `b=` or `d=` of its own.
        for name in ["X-A;b=c", "X;d=evil.test"] {
            var careless = signer
            if name == "X-A;b=c" {
                careless.signedFields.append(try HeaderName(name))
            } else {
                careless.oversignedFields.append(try HeaderName(name))
            }
            let error = await #expect(throws: MailError.self) { try await careless.signature(of: composed) }
            #expect(error?.code == .invalidConfiguration && error?.message.contains(name) == true)
        }
        // An equals sign may stand in a tag's value (RFC 6376, section 3.2).
        signer.signedFields.append(try HeaderName("X-A=d"))
        let field = String(decoding: try await signer.signature(of: composed), as: UTF8.self)
        let signed = Array(field.utf8) + (try await composed.bytes())
        #expect(try await DKIMVerifiers.dkimpy([(signed, records)]) == [[true]])
        let tags = field.replacing("\r\n ", with: "").split(separator: ";").map { $0.trimmingASCIIWhitespace() }
        #expect(tags.count { $0.hasPrefix("d=") } == 1 && tags.count { $0.hasPrefix("b=") } == 1)
    }

    /// 80,000 recipients, 20 MB of them: sent in bounded groups, each once, without going over all of them each time.
    @Test func twentyMegabytesOfRecipientsGoOutInGroups() throws {
        let label = String(repeating: "d", count: 60)
        let domain = try MailDomain("\(label).\(label).\(label).example")
        let name = String(repeating: "l", count: 50)
        let recipients = try (0..<80_000).map { number in
            try EnvelopeAddress(localPart: "\(name)-\(1_000_000 + number)", domain: domain)
        }
        #expect(recipients.reduce(0) { $0 + $1.wireText.utf8.count } >= 19_000_000)
        let began = ContinuousClock.now
        let commands = SMTPEnvelopeCommands(MailEnvelope(sender: nil, recipients: recipients))
        var transaction = SMTPTransaction(commands, pipelining: true, afterReset: false)
        var action = SMTPTransaction.Action.send(transaction.begin())
        var written = 0
        let yes = SMTPReply(code: 250, text: "ok")
        var pending = 0
        while true {
            switch action {
            case .send(let bytes):
                written += bytes.count
                pending = bytes.count { $0 == 0x0A }
                #expect(pending <= 100)
            case .wait: break
            case .sendContent: transaction.contentEnds()
            case .finished: break
            }
            guard action != .finished else { break }
            let isData = transaction.awaited == .data
            action = try transaction.received(isData ? SMTPReply(code: 354, text: "go") : yes)
        }
        #expect(written > 20_000_000 && transaction.results.allSatisfy { $0 == .accepted(yes) })
        #expect(ContinuousClock.now - began < .seconds(30))
    }
}
