import FoundationEssentials
import GroundworkCore
import GroundworkTesting
import MailerTesting
import Testing

@testable import Mailer

@Suite struct ResendTransportTests {
    @Test func everythingOfAMessageArrives() async throws {
        try await withResend { server, transport in
            let receipt = try await transport.send(try OutgoingMail(richMessage(metadata: false)), deadline: nil)
            let mail = try #require(server.mails.first)
            #expect(receipt.outcome == .accepted(id: mail.id))
            #expect(receipt.transport == "resend")
            #expect(receipt.recipients.count == 4)
            #expect(try Mailbox(mail.from).name == "Shop, \"Ünïcode\"")
            #expect(mail.to == ["ada@example.com", "bob@example.com"])
            #expect(mail.cc == ["carol@example.com"])
            #expect(mail.bcc == ["dave@example.com"])
            #expect(mail.replyTo == ["help@example.org"])
            #expect(mail.subject == "Grüße \"quoted\" \\ 🙂")
            #expect(mail.text == "Line\r\nTab\there \u{1}")
            #expect(mail.html?.contains("cid:logo@example.org") == true)
            #expect(
                mail.headers["List-Unsubscribe"]
                    == "<https://example.org/u?t=1>, <mailto:u@example.org?subject=unsubscribe>"
            )
            #expect(mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click")
            #expect(mail.headers["X-Campaign"] == "spring ü")
            #expect(mail.headers["In-Reply-To"] == "<a@example.org>")
            #expect(mail.headers["X-Priority"] == "1")
            #expect(mail.tags == ["kind": "welcome", "plain": "true"])
            #expect(mail.attachments.map(\.fileName) == ["Übersicht.pdf", "logo.png"])
            #expect(mail.attachments[0].content == Array((0..<200).map { UInt8($0) }))
            #expect(mail.attachments[0].contentType == "application/pdf")
            #expect(mail.attachments[1].contentID == "logo@example.org")
        }
    }

    @Test func plainTextIsMadeFromHTML() async throws {
        try await withResend { server, transport in
            let message = try MailMessage(
                from: Mailbox("a@example.org"),
                to: [Mailbox("b@example.org")],
                subject: "x",
                html: "<p>Hello <b>you</b></p>"
            )
            _ = try await transport.send(try OutgoingMail(message), deadline: nil)
            #expect(server.mails.first?.text?.contains("Hello you") == true)
        }
    }

    @Test func theSameMailTwiceIsSentOnce() async throws {
        try await withResend { server, transport in
            let mail = try outgoingMail()
            let first = try await transport.send(mail, deadline: nil)
            let second = try await transport.send(mail, deadline: nil)
            #expect(server.mails.count == 1)
            #expect(first == second)
            #expect(first.outcome?.isAccepted == true)
        }
    }

    @Test func theSameKeyForAnotherMailIsUnknown() async throws {
        try await withResend { server, transport in
            var message = try outgoingMail().message
            message.idempotencyKey = try IdempotencyKey("order-1")
            _ = try await transport.send(try OutgoingMail(message), deadline: nil)
            message.subject = try HeaderValue("Another")
            let receipt = try await transport.send(try OutgoingMail(message), deadline: nil)
            #expect(receipt.outcome?.isUnknown == true, "\(receipt)")
            #expect(server.mails.count == 1)
        }
    }

    @Test func aRequestUnderWayWithTheSameKeyIsTriedLater() async throws {
        try await withResend { server, transport in
            let mail = try outgoingMail()
            guard case .send(let request, _) = try await transport.request(for: mail, deadline: nil),
                case .bytes(let chunks)? = request.body?.source
            else { return #expect(Bool(false), "no request") }
            server.holdIdempotencyKey(mail.idempotencyKey.rawValue, body: chunks.flatMap { $0 })
            let receipt = try await transport.send(mail, deadline: nil)
            // Another request is sending it: another provider must not.
            guard case .unknown? = receipt.outcome else { return #expect(receipt.outcome == nil, "not unknown") }
            #expect(server.mails.isEmpty)
        }
    }

    @Test func aScheduledMailCanBeCancelledUntilItIsSent() async throws {
        let time = ManualTime()
        try await withResend(time: time) { server, transport in
            var message = try outgoingMail().message
            message.scheduledAt = time.now.addingTimeInterval(3600)
            let receipt = try await transport.send(try OutgoingMail(message), deadline: nil)
            let id = try #require(receipt.outcome?.id)
            #expect(server.mails.first?.scheduledAt == message.scheduledAt)
            try await transport.cancel(id: id, deadline: nil)
            try await transport.cancel(id: id, deadline: nil)
            #expect(server.mails.first?.isCancelled == true)
            await time.advance(by: .seconds(3601))
            #expect(await mailErrorCode { try await transport.cancel(id: id, deadline: nil) } == .unsupported)
            #expect(await mailErrorCode { try await transport.cancel(id: "unknown", deadline: nil) } == .unsupported)
            let calls = server.calls.count
            #expect(await mailErrorCode { try await transport.cancel(id: "../domains", deadline: nil) } == .unsupported)
            #expect(server.calls.count == calls)
        }
    }

    @Test func theSandboxWritesToNobody() async throws {
        try await withResend({ $0.isSandbox = true }) { server, transport in
            let mail = try OutgoingMail(richMessage(metadata: false))
            let receipt = try await transport.send(mail, deadline: nil)
            #expect(receipt.isAccepted)
            #expect(receipt.recipients.map(\.address) == mail.envelope.recipients)
            #expect(server.mails.first?.recipients == (1...4).map { "delivered+\($0)@resend.dev" })
        }
    }

    @Test func aBatchGoesInRequestsOfAHundredAndTheRestAlone() async throws {
        try await withResend { server, transport in
            var mails = try (0..<150).map { try outgoingMail(to: ["user\($0)@example.org"]) }
            var withFile = mails[3].message
            withFile.attachments = [try MailAttachment(fileName: "a.txt", content: .text("x"))]
            withFile.idempotencyKey = nil
            mails[3] = try OutgoingMail(withFile)
            let receipts = try await transport.receipts(of: mails)
            #expect(receipts.count == 150)
            #expect(receipts.allSatisfy { $0.isAccepted })
            #expect(Set(receipts.compactMap { $0.outcome?.id }).count == 150)
            #expect(server.calls.map(\.path).sorted() == ["/emails", "/emails/batch", "/emails/batch"])
            for (mail, receipt) in zip(mails, receipts) {
                let sent = server.mails.first { $0.id == receipt.outcome?.id }
                #expect(sent?.to == mail.envelope.recipients.map(\.wireText))
            }
        }
    }

    @Test func aBadMailOfABatchIsRejectedAndTheOthersGo() async throws {
        try await withResend { server, transport in
            server.update { $0.domains = ["example.org": "verified"] }
            var mails = try (0..<5).map { try outgoingMail(to: ["user\($0)@example.org"]) }
            mails[2] = try outgoingMail(from: "shop@elsewhere.org", to: ["user2@example.org"])
            let receipts = try await transport.receipts(of: mails)
            #expect(receipts.map(\.isAccepted) == [true, true, false, true, true])
            #expect(receipts[2].outcome?.isRejected == true)
            #expect(server.mails.flatMap(\.to) == [0, 1, 3, 4].map { "user\($0)@example.org" })
        }
    }

    @Test func aMailBeyondALimitDoesNotKeepTheRestOfABatchBack() async throws {
        try await withResend { server, transport in
            var mails = try (0..<3).map { try outgoingMail(to: ["user\($0)@example.org"]) }
            mails[1] = try outgoingMail(to: (0..<51).map { "u\($0)@example.org" })
            let results = try await transport.send(batch: mails, deadline: nil)
            #expect(results.map { (try? $0.get().isAccepted) == true } == [true, false, true])
            let error = #expect(throws: MailError.self) { try results[1].get() }
            #expect(error?.code == .limitExceeded && error?.message.contains("51 recipients") == true)
            #expect(server.mails.count == 2)
        }
    }

    @Test func aRepeatedBatchIsSentOnce() async throws {
        try await withResend { server, transport in
            let mails = try (0..<3).map { try outgoingMail(to: ["user\($0)@example.org"]) }
            server.plan(.closeAfterWork)
            let first = try await transport.receipts(of: mails)
            #expect(first.allSatisfy { $0.outcome?.isUnknown == true })
            let second = try await transport.receipts(of: mails)
            #expect(second.allSatisfy { $0.isAccepted })
            #expect(server.mails.count == 3)
        }
    }

    @Test func aBatchWhoseKeysWereUsedForOtherTextsIsNeitherSentNorSplit() async throws {
        try await withResend { server, transport in
            let mails = try (0..<3).map { try outgoingMail(to: ["user\($0)@example.org"]) }
            server.plan(.closeAfterWork)
            _ = try await transport.receipts(of: mails)
            let changed = try mails.map { mail in
                var message = mail.message
                message.text = "Another text"
                return try OutgoingMail(message)
            }
            let receipts = try await transport.receipts(of: changed)
            #expect(receipts.allSatisfy { $0.outcome?.isUnknown == true })
            #expect(server.mails.count == 3)
            #expect(server.calls.count == 2)
        }
    }

    @Test func aRefusedKeyThrowsAndIsNotShown() async throws {
        try await withResend { server, transport in
            var configuration = server.configuration
            configuration.apiKey = Secret("re_verysecret")
            let wrong = try ResendTransport(configuration)
            do {
                _ = try await wrong.send(try outgoingMail(), deadline: nil)
                #expect(Bool(false), "it was sent")
            } catch let error as MailError {
                #expect(error.code == .authenticationFailed)
                #expect(
                    !"\(error) \(String(reflecting: error)) \(String(describing: error.underlyingError))".contains(
                        "verysecret"
                    )
                )
            }
            var dumped = ""
            dump(wrong, to: &dumped)
            #expect(!dumped.contains("verysecret"))
        }
    }

    @Test func suppressedRecipientsGetNothing() async throws {
        try await withResend { server, transport in
            var message = try outgoingMail(to: ["a@example.org", "b@example.org"]).message
            message.cc = [try Mailbox("c@example.org")]
            let envelope = MailEnvelope(
                sender: message.from.address,
                recipients: [try EnvelopeAddress("c@example.org"), try EnvelopeAddress("x@example.org")]
            )
            _ = try await transport.send(try OutgoingMail(message, envelope: envelope), deadline: nil)
            let mail = try #require(server.mails.first)
            #expect(mail.to == ["c@example.org"])
            #expect(mail.cc.isEmpty)
            #expect(mail.bcc == ["x@example.org"])
        }
    }

    @Test func blindCopiesAloneAreNotShownToEachOther() async throws {
        try await withResend { server, transport in
            var message = try outgoingMail().message
            message.to = []
            message.bcc = [try Mailbox("a@example.org"), try Mailbox("b@example.org")]
            let receipt = try await transport.send(try OutgoingMail(message), deadline: nil)
            #expect(
                receipt.isAccepted && receipt.recipients.map(\.address.wireText) == ["a@example.org", "b@example.org"]
            )
            #expect(Set(receipt.recipients.map(\.outcome)).count == 2)
            #expect(server.mails.map(\.recipients) == [["a@example.org"], ["b@example.org"]])
            message.idempotencyKey = nil
            message.bcc = [try Mailbox("a@example.org")]
            _ = try await transport.send(try OutgoingMail(message), deadline: nil)
            #expect(server.mails.last?.recipients == ["a@example.org"] && server.mails.count == 3)
        }
    }
}
