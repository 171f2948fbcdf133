import Testing

@testable import Mailer

@Suite struct SMTPTransactionTests {
    static func ok(_ code: Int = 250) -> SMTPReply { SMTPReply(code: code, text: "") }

    static func start(_ recipients: [String], pipelining: Bool = true, afterReset: Bool = false) throws -> (
        SMTPTransaction, String
    ) {
        var transaction = SMTPTransaction(try plainCommands(recipients), pipelining: pipelining, afterReset: afterReset)
        let bytes = transaction.begin()
        return (transaction, String(decoding: bytes, as: UTF8.self))
    }

    @Test func everythingGoesOutAtOnceWithPipelining() throws {
        let (transaction, text) = try Self.start(["b@c.org", "d@e.org"], afterReset: true)
        #expect(text == "RSET\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@c.org>\r\nRCPT TO:<d@e.org>\r\nDATA\r\n")
        #expect(transaction.isUnanswered)
    }

    @Test func oneByOneWithout() throws {
        var (transaction, text) = try Self.start(["b@c.org"], pipelining: false)
        #expect(text == "MAIL FROM:<a@example.org>\r\n")
        #expect(try transaction.received(Self.ok()) == .send(Array("RCPT TO:<b@c.org>\r\n".utf8)))
        #expect(try transaction.received(Self.ok()) == .send(Array("DATA\r\n".utf8)))
        #expect(try transaction.received(Self.ok(354)) == .sendContent)
        transaction.contentEnds()
        #expect(try transaction.received(Self.ok()) == .finished)
        #expect(transaction.results == [.accepted(Self.ok())] && !transaction.needsReset)
    }

    @Test func groupsAreBounded() throws {
        let recipients = (0..<250).map { "r\($0)@example.org" }
        var (transaction, first) = try Self.start(recipients)
        var groups = [first]
        for _ in 0..<400 {
            if case .send(let bytes) = try transaction.received(Self.ok()) {
                groups.append(String(decoding: bytes, as: UTF8.self))
            }
            if groups.last?.hasSuffix("DATA\r\n") == true { break }
        }
        #expect(groups.map { $0.split(separator: "\r\n").count } == [100, 100, 52])
    }

    @Test func aRefusedRecipientKeepsNoOtherFromTheMail() throws {
        var (transaction, _) = try Self.start(["b@c.org", "d@e.org"])
        for code in [250, 550, 250] { #expect(try transaction.received(Self.ok(code)) == .wait) }
        #expect(try transaction.received(Self.ok(354)) == .sendContent)
        transaction.contentEnds()
        _ = try transaction.received(Self.ok())
        #expect(transaction.results == [.refused(Self.ok(550)), .accepted(Self.ok())])
    }

    /// RFC 5321, section 4.5.3.1.10.
    @Test func aRecipientRefusedWith552IsForLaterUnlessTheMessageIsTooLarge() throws {
        var (transaction, _) = try Self.start(["b@c.org", "d@e.org", "f@g.org", "h@i.org"])
        _ = try transaction.received(Self.ok())
        let replies = ["", "5.5.3 Too many recipients", "5.3.4 Message too big"].map { SMTPReply(code: 552, text: $0) }
        for reply in replies { _ = try transaction.received(reply) }
        _ = try transaction.received(Self.ok())
        _ = try transaction.received(Self.ok(354))
        transaction.contentEnds()
        _ = try transaction.received(Self.ok())
        let outcomes = transaction.answers { .unknown(reason: "") }.map(\.outcome)
        #expect(outcomes.map(\.isRetryable) == [true, true, false, false])
        #expect(outcomes[2].isRejected && outcomes[3].isAccepted && outcomes[0].reply?.code == 552)
    }

    @Test func withNobodyToSendToOnlyTheEndIsSent() throws {
        var (transaction, _) = try Self.start(["b@c.org"])
        _ = try transaction.received(Self.ok())
        _ = try transaction.received(Self.ok(550))
        #expect(try transaction.received(Self.ok(354)) == .send(Array(".\r\n".utf8)))
        #expect(try transaction.received(Self.ok(250)) == .finished)
        #expect(transaction.results == [.refused(Self.ok(550))])
    }

    @Test func aRefusedSenderRefusesAll() throws {
        var (transaction, _) = try Self.start(["b@c.org", "d@e.org"])
        for code in [451, 503, 250, 503] { _ = try transaction.received(Self.ok(code)) }
        #expect(transaction.results == [.refused(Self.ok(451)), .refused(Self.ok(451))] && !transaction.needsReset)
    }

    @Test func aRefusedDATALeavesARestToReset() throws {
        var (transaction, _) = try Self.start(["b@c.org"])
        _ = try transaction.received(Self.ok())
        _ = try transaction.received(Self.ok())
        #expect(try transaction.received(Self.ok(451)) == .finished)
        #expect(transaction.results == [.refused(Self.ok(451))] && transaction.needsReset)
    }

    @Test(arguments: 0..<5) func a421AtAnyStepEndsAll(_ step: Int) throws {
        var (transaction, _) = try Self.start(["b@c.org", "d@e.org"])
        for index in 0..<step {
            if try transaction.received(Self.ok(index == 3 ? 354 : 250)) == .sendContent { transaction.contentEnds() }
        }
        #expect(try transaction.received(Self.ok(421)) == .finished)
        #expect(transaction.isClosing && transaction.results == [.refused(Self.ok(421)), .refused(Self.ok(421))])
    }

    @Test func aReplyBeforeTheContentIsAViolation() throws {
        var (transaction, _) = try Self.start(["b@c.org"])
        for code in [250, 250, 354] { _ = try transaction.received(Self.ok(code)) }
        #expect(throws: SMTPFailure.self) { try transaction.received(Self.ok()) }
    }

    @Test(arguments: [[354], [250, 334], [250, 250, 250], [250, 250, 334]])
    func repliesOfTheWrongKindAreViolations(_ codes: [Int]) throws {
        var (transaction, _) = try Self.start(["b@c.org"])
        for code in codes.dropLast() { _ = try transaction.received(Self.ok(code)) }
        #expect(throws: SMTPFailure.self) { try transaction.received(Self.ok(codes.last ?? 0)) }
    }

    @Test func parametersFollowWhatTheServerOffers() throws {
        var message = SMTPMessage(
            envelope: MailEnvelope(sender: nil, recipients: [try EnvelopeAddress("b+c@d.org")]),
            content: SMTPContent(bytes: .whole([]), size: 42, needs8BitMIME: true, needsSMTPUTF8: true),
            notifications: SMTPDeliveryNotifications([.success, .failure], returned: .header),
            envelopeID: "k+1=ü"
        )
        let all = SMTPCapabilities(ehlo: SMTPReply(code: 250, text: "a\nSIZE\n8BITMIME\nSMTPUTF8\nDSN"))
        var output: [UInt8] = []
        SMTPEnvelopeCommands(message, for: all).appendMail(to: &output)
        SMTPEnvelopeCommands(message, for: all).appendRecipient(0, to: &output)
        #expect(
            String(decoding: output, as: UTF8.self)
                == "MAIL FROM:<> SIZE=42 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=k+2B1+3D+C3+BC\r\n"
                + "RCPT TO:<b+c@d.org> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;b+2Bc@d.org\r\n"
        )
        message.notifications?.events = []
        output = []
        SMTPEnvelopeCommands(message, for: SMTPCapabilities()).appendMail(to: &output)
        #expect(String(decoding: output, as: UTF8.self) == "MAIL FROM:<>\r\n")
        #expect(message.notifications?.notifyText == "NEVER")
    }

    /// LMTP (RFC 2033): one final reply for each recipient that was taken.
    @Test func finalRepliesMayBeOnePerRecipient() throws {
        let recipients = ["b@c.org", "no@e.org", "d@e.org", "f@g.org"]
        for pipelining in [true, false] {
            var transaction = SMTPTransaction(
                try plainCommands(recipients),
                pipelining: pipelining,
                afterReset: false,
                finalReplies: .onePerRecipient
            )
            _ = transaction.begin()
            for code in [250, 250, 550, 250, 250] { _ = try transaction.received(Self.ok(code)) }
            #expect(try transaction.received(Self.ok(354)) == .sendContent)
            transaction.contentEnds()
            #expect(try transaction.received(Self.ok(250)) == .wait)
            #expect(transaction.results[2] == .pending)
            #expect(try transaction.received(Self.ok(452)) == .wait)
            #expect(try transaction.received(Self.ok(250)) == .finished)
            #expect(
                transaction.results == [
                    .accepted(Self.ok()), .refused(Self.ok(550)), .refused(Self.ok(452)), .accepted(Self.ok()),
                ]
            )
            #expect(!transaction.needsReset)
        }
    }

    @Test func aFarewellAmongTheFinalRepliesIsForThoseWhoHaveNone() throws {
        var transaction = SMTPTransaction(
            try plainCommands(["b@c.org", "d@e.org"]),
            pipelining: true,
            afterReset: false,
            finalReplies: .onePerRecipient
        )
        _ = transaction.begin()
        for code in [250, 250, 250, 354] { _ = try transaction.received(Self.ok(code)) }
        transaction.contentEnds()
        #expect(try transaction.received(Self.ok(250)) == .wait)
        #expect(try transaction.received(Self.ok(421)) == .finished)
        #expect(transaction.results == [.accepted(Self.ok()), .refused(Self.ok(421))])
    }

    @Test func furtherParametersFollowThoseOfMAIL() throws {
        var commands = try plainCommands(["b@c.org"])
        commands.size = 7
        commands.furtherMailParameters = [
            try #require(SMTPParameter("REQUIRETLS")), try #require(SMTPParameter("MT-PRIORITY", "3")),
        ]
        var output: [UInt8] = []
        commands.appendMail(to: &output)
        #expect(
            String(decoding: output, as: UTF8.self)
                == "MAIL FROM:<a@example.org> SIZE=7 REQUIRETLS MT-PRIORITY=3\r\n"
        )
        for keyword in ["", "-A", "A B", "A\r\nRSET", "Ä", "A=B"] { #expect(SMTPParameter(keyword) == nil) }
        for value in ["", "a b", "a\r\nRSET", "ä", "a=b", "\u{0}"] { #expect(SMTPParameter("A", value) == nil) }
    }
}
