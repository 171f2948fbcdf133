import Foundation
import GroundworkCore
import GroundworkTestProcesses
import GroundworkTesting
import Testing

@testable import Mailer

/// The client against servers that nobody here wrote.
@Suite(.serialized, .timeLimit(.minutes(1))) struct ForeignServerTests {
    static let text = "Good day.\r\n.a dot begins this line\r\n..two do\r\n.\r\nThe end.\r\n"

    /// How many of some mails have the text, as Python decodes them, whatever the transfer encoding.
    static func countOfTexts(in mails: [String]) async throws -> Int {
        let script = """
            import email, email.policy, json, sys
            read = lambda mail: email.message_from_string(mail, policy=email.policy.default).get_content()
            print(json.dumps([read(mail) for mail in json.load(sys.stdin)]))
            """
        let input = try Array(JSONEncoder().encode(mails))
        let output = try await ChildProcess.output(of: "python3", ["-c", script], input: input)
        let lines = { (text: String) in
            text.replacingOccurrences(of: "\r\n", with: "\n").trimmingCharacters(in: .newlines)
        }
        let texts = try JSONDecoder().decode([String].self, from: Data(output))
        return texts.count { lines($0) == lines(text) }
    }

    @Test func smtpSinkTakesMailGroupedAndAcrossMessages() async throws {
        for isAcross in [false, true] {
            try await ForeignServers.withSink { port, dump in
                var configuration = SMTPConfiguration.loopback(port: port)
                configuration.maximumConnections = 1
                configuration.pipelinesAcrossMessages = isAcross
                let transport = try SMTPTransport(configuration)
                let mails = try (0..<20).map { number in
                    try outgoingMail(to: ["r\(number)@example.org", "s\(number)@example.org"], text: Self.text)
                }
                for result in await transport.send(mails, deadline: nil) { #expect(try result.get().isAccepted) }
                await transport.shutdown()
                let dumped = try String(contentsOfFile: dump, encoding: .utf8)
                for number in 0..<20 {
                    #expect(dumped.contains("X-Rcpt-Args: <r\(number)@example.org>\n"))
                    #expect(dumped.contains("X-Rcpt-Args: <s\(number)@example.org>\n"))
                }
                // Nothing but this header parts the mails.
                let taken = dumped.components(separatedBy: "X-Client-Addr: ").dropFirst().map { "X-Client-Addr: " + $0 }
                #expect(try await Self.countOfTexts(in: taken) == 20 && taken.count == 20)
            }
        }
    }

    @Test(arguments: [
        (["-r", "rcpt"], true), (["-r", "data"], true), (["-r", "."], true), (["-r", "mail"], true),
        (["-f", "rcpt"], false), (["-f", "data"], false), (["-f", "."], false), (["-f", "mail"], false),
    ])
    func smtpSinksRefusalsAreOutcomes(_ options: [String], _ isTransient: Bool) async throws {
        try await ForeignServers.withSink(options) { port, _ in
            let transport = try SMTPTransport(.loopback(port: port))
            for _ in 0..<3 {
                if options == ["-f", "mail"] {
                    let error = await #expect(throws: MailError.self) { try await outcomes(transport, outgoingMail()) }
                    #expect(error?.code == .senderRefused && error?.reply?.code == 500)
                    continue
                }
                let outcome = try await outcomes(transport, outgoingMail())[0]
                #expect(isTransient ? outcome.isRetryable : outcome.isRejected, "\(outcome)")
                #expect(outcome.reply?.code == (isTransient ? 450 : 500), "\(outcome)")
            }
        }
    }

    @Test(arguments: [
        (["-q", "data"], false), (["-q", "."], true), (["-Q", "data"], false), (["-Q", "mail"], false),
    ])
    func smtpSinksDisconnectsAreOutcomes(_ options: [String], _ isUnknown: Bool) async throws {
        try await ForeignServers.withSink(options) { port, _ in
            let transport = try SMTPTransport(.loopback(port: port))
            let outcome = try await outcomes(transport, outgoingMail())[0]
            #expect(isUnknown ? outcome.isUnknown : outcome.isRetryable, "\(outcome)")
        }
    }

    @Test func aiosmtpdTakesALoginThroughSTARTTLS() async throws {
        try await ForeignServers.withAiosmtpd { port, authority, mails in
            for mechanism in [SASLMechanism.plain, .login] {
                var configuration = SMTPConfiguration.loopback(port: port, .startTLS)
                configuration.trust = .certificates(pem: authority)
                configuration.mechanisms = [mechanism]
                configuration.credentials = .password(userName: "ada", Secret("hunter2"))
                let transport = try SMTPTransport(configuration)
                let mail = try outgoingMail(to: ["ada@example.org", "ghost@example.org"], text: Self.text)
                let receipt = try await transport.send(mail, deadline: nil)
                #expect(receipt.recipients[0].outcome == .accepted(id: "AIO1"))
                #expect(receipt.recipients[1].outcome.reply?.code == 550)
                await transport.shutdown()
                configuration.credentials = .password(userName: "ada", Secret("wrong"))
                let wrong = try SMTPTransport(configuration)
                #expect(await mailErrorCode { _ = try await wrong.check() } == .authenticationFailed)
            }
            struct Mail: Decodable {
                var recipients: [String]
                var secure: Bool
                var loggedIn: Bool
                var content: String
            }
            let taken = try mails().map { try JSONDecoder().decode(Mail.self, from: Data($0.utf8)) }
            #expect(taken.count == 2)
            for mail in taken { #expect(mail.secure && mail.loggedIn && mail.recipients == ["ada@example.org"]) }
            #expect(try await Self.countOfTexts(in: taken.map(\.content)) == 2)
        }
    }

    /// The composer lets no line begin with a dot; content from elsewhere has such lines.
    @Test func aiosmtpdGetsDotsAsTheyWere() async throws {
        try await ForeignServers.withAiosmtpd { port, authority, mails in
            var configuration = SMTPConfiguration.loopback(port: port, .startTLS)
            configuration.trust = .certificates(pem: authority)
            configuration.credentials = .password(userName: "ada", Secret("hunter2"))
            let content = "Subject: a\r\n\r\n" + Self.text
            #expect(try await sendRaw(.whole(Array(content.utf8)), configuration)[0].isAccepted)
            #expect(try await sendRaw(chunks(Array(content.utf8), of: 3), configuration)[0].isAccepted)
            struct Mail: Decodable { var content: String }
            let taken = try mails().map { try JSONDecoder().decode(Mail.self, from: Data($0.utf8)).content }
            #expect(taken == [content, content])
        }
    }

    @Test(.enabled(if: ForeignServers.isRoot, "Postfix's master needs root."))
    func postfixDeliversThroughSTARTTLS() async throws {
        try await ForeignServers.withPostfix { port, authority, mails in
            var configuration = SMTPConfiguration.loopback(port: port, .startTLS)
            configuration.trust = .certificates(pem: authority)
            configuration.maximumConnections = 1
            configuration.deliveryNotifications = SMTPDeliveryNotifications([.failure], returned: .header)
            for isAcross in [false, true] {
                configuration.pipelinesAcrossMessages = isAcross
                let transport = try SMTPTransport(configuration)
                let mails = [
                    try outgoingMail(to: ["ada@example.org", "ghost@example.org"], text: Self.text),
                    try outgoingMail(to: ["ghost@example.org"], text: Self.text),
                    try outgoingMail(to: ["bob@example.org", "else@where.test"], text: Self.text),
                    try outgoingMail(to: ["grün@example.org"], text: Self.text),
                ]
                let receipts = try await transport.send(mails, deadline: nil).map {
                    try $0.get().recipients.map(\.outcome)
                }
                #expect(receipts[0][0].isAccepted && receipts[0][1].isRejected)
                #expect(receipts[0][1].reply?.enhancedCode?.description == "5.1.1")
                #expect(receipts[1][0].isRejected && receipts[2][0].isAccepted && receipts[3][0].isAccepted)
                let report = try await transport.check()
                #expect(
                    report.isSecure && report.hasPipelining && report.hasSMTPUTF8 && report.maximumSize == 2_000_000
                )
                await transport.shutdown()
            }
            let deadline = ContinuousClock.now + .seconds(30)
            let boxes = ["ada", "bob", "gruen"]
            while boxes.contains(where: { mails($0).count < 2 }), ContinuousClock.now < deadline { await Task.yield() }
            for box in boxes {
                #expect(mails(box).count == 2, "\(box)")
                #expect(try await Self.countOfTexts(in: mails(box)) == 2, "\(box)")
                for mail in mails(box) {
                    #expect(mail.contains("with \(box == "gruen" ? "UTF8SMTPS" : "ESMTPS")"))
                }
            }
        }
    }

    @Test(.enabled(if: ForeignServers.isRoot, "Postfix's master needs root."))
    func whatIsTooLargeForPostfixIsAnErrorBeforehandAndOnTheWay() async throws {
        try await ForeignServers.withPostfix { port, authority, mails in
            var configuration = SMTPConfiguration.loopback(port: port, .startTLS)
            configuration.trust = .certificates(pem: authority)
            let transport = try SMTPTransport(configuration)
            var mail = try outgoingMail()
            let bytes = ManualRandom(seed: 3).bytes(2_000_000)
            mail.message.attachments = [try MailAttachment(fileName: "a.bin", content: .bytes(bytes))]
            let whole = mail
            #expect(await mailErrorCode { _ = try await outcomes(transport, whole) } == .limitExceeded)
            // Of unknown size, it is sent up to the limit and no further; nothing of it is taken.
            let stream = AsyncStream<[UInt8]> { continuation in
                for start in stride(from: 0, to: bytes.count, by: 50_000) {
                    continuation.yield(Array(bytes[start..<start + 50_000]))
                }
                continuation.finish()
            }
            mail.message.attachments = [try MailAttachment(fileName: "a.bin", content: .stream(length: nil, stream))]
            let streamed = mail
            #expect(await mailErrorCode { _ = try await outcomes(transport, streamed) } == .limitExceeded)
            #expect(try await outcomes(transport, outgoingMail())[0].isAccepted)
            #expect(mails("ada").count <= 1)
        }
    }
}
