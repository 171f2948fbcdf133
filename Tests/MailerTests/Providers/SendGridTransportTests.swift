import FoundationEssentials
import GroundworkCore
import GroundworkTesting
import MailerTesting
import Testing

@testable import Mailer

@Suite(.timeLimit(.minutes(2))) struct SendGridTransportTests {
    @Test func everythingOfAMessageArrives() async throws {
        try await withSendGrid { server, transport in
            var message = try richMessage(metadata: true)
            message.tracking = .off
            message.calendar = invitation
            let receipt = try await transport.send(try OutgoingMail(message), deadline: nil)
            let mail = try #require(server.mails.first)
            #expect(receipt.outcome == .accepted(id: mail.id))
            #expect(mail.from == "shop@example.org")
            #expect(mail.to == ["ada@example.com", "bob@example.com"])
            #expect(mail.cc == ["carol@example.com"])
            #expect(mail.bcc == ["dave@example.com"])
            #expect(mail.replyTo == ["help@example.org"])
            #expect(mail.subject == "Grüße \"quoted\" \\ 🙂")
            #expect(mail.text == "Line\r\nTab\there \u{1}")
            #expect(mail.calendar?.hasPrefix("BEGIN:VCALENDAR") == true)
            #expect(mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click")
            #expect(mail.headers["X-Campaign"] == "spring =?utf-8?B?w7w=?=")
            #expect(mail.headers["Message-ID"] == receipt.messageID?.description)
            #expect(mail.tags.keys.sorted() == ["kind:welcome", "plain"])
            #expect(mail.metadata == ["user": "4711", "quote": "a\"b"])
            #expect(mail.tracksOpens == false)
            #expect(mail.tracksClicks == false)
            #expect(mail.attachments.map(\.fileName) == ["Übersicht.pdf", "logo.png"])
            #expect(mail.attachments[0].content == Array((0..<200).map { UInt8($0) }))
            #expect(mail.attachments[1].contentID == "logo@example.org")
        }
    }

    /// SendGrid writes the values into the mail as they come, and wants those beyond ASCII encoded.
    @Test func headersOfTheMailsOwnAreEncodedSoThatAReaderSeesThem() async throws {
        let texts = [
            "Grüße", "spring ü and on", "日本語の件名がここにとても長く書かれていますので折り返されます。", "=?utf-8?q?not_encoded?=",
            "plain  with  spaces", "ä  ö", String(repeating: "long ", count: 40) + "end",
            "👩‍👩‍👧‍👦 " + String(repeating: "ü", count: 300), "{\"a\": \"b\"}",
        ]
        try await withSendGrid { server, transport in
            for text in texts {
                var message = try outgoingMail().message
                message.headers = [try MailHeader("X-Campaign", text)]
                #expect(try await transport.send(try OutgoingMail(message), deadline: nil).isAccepted)
            }
            let values = server.mails.compactMap { $0.headers["X-Campaign"] }
            #expect(values.allSatisfy { MailText.isASCII($0) && MailText.isClean($0) })
            // What needs no encoding stays as it is.
            #expect(values[4] == texts[4] && values[6] == texts[6] && values[8] == texts[8])
            let sources = values.map { Array("X-Campaign: \($0)\r\n\r\n".utf8) }
            let read = try await MailReaders.pythonEmail(sources)
            #expect(read.map { $0.header("X-Campaign") } == texts)
            #expect(read.allSatisfy { $0.defects == [] })
        }
    }

    /// SendGrid answers 400 to a type with a parameter, of the text as of a file.
    @Test func typesGoWithoutTheirParameters() async throws {
        try await withSendGrid { server, transport in
            var message = try outgoingMail().message
            message.calendar = invitation
            let type = try MailContentType("text/csv; charset=utf-8; header=present")
            message.attachments = [try MailAttachment(fileName: "a.csv", contentType: type, content: .text("a,b"))]
            #expect(try await transport.send(try OutgoingMail(message), deadline: nil).isAccepted)
            let mail = try #require(server.mails.first)
            #expect(mail.calendar == invitation.text)
            #expect(mail.attachments.map(\.contentType) == ["text/csv"])
        }
    }

    @Test func aScheduledMailGetsABatchIDByWhichItIsCancelled() async throws {
        let time = ManualTime()
        try await withSendGrid(time: time) { server, transport in
            var message = try outgoingMail().message
            message.scheduledAt = time.now.addingTimeInterval(3600)
            let receipt = try await transport.send(try OutgoingMail(message), deadline: nil)
            let id = try #require(receipt.outcome?.id)
            #expect(server.calls.map(\.path) == ["/v3/mail/batch", "/v3/mail/send"])
            try await transport.cancel(id: id, deadline: nil)
            try await transport.cancel(id: id, deadline: nil)
            #expect(server.mails.first?.isCancelled == true)
            let other = try await transport.send(try outgoingMail(), deadline: nil)
            let plain = try #require(other.outcome?.id)
            #expect(await mailErrorCode { try await transport.cancel(id: plain, deadline: nil) } == .unsupported)
        }
    }

    @Test func aLostAnswerToTheBatchIDIsNoLostMail() async throws {
        let time = ManualTime()
        try await withSendGrid(time: time) { server, transport in
            var message = try outgoingMail().message
            message.scheduledAt = time.now.addingTimeInterval(3600)
            server.plan(.closeBeforeWork)
            let receipt = try await transport.send(try OutgoingMail(message), deadline: nil)
            #expect(receipt.outcome?.isRetryable == true)
            #expect(server.mails.isEmpty)
        }
    }

    @Test func aScheduledMailWithoutTheScopeNamesIt() async throws {
        let time = ManualTime()
        try await withSendGrid(time: time) { server, transport in
            server.update { $0.scopes = ["mail.send"] }
            var message = try outgoingMail().message
            message.scheduledAt = time.now.addingTimeInterval(3600)
            let mail = try OutgoingMail(message)
            do {
                _ = try await transport.send(mail, deadline: nil)
                #expect(Bool(false), "it was sent")
            } catch let error as MailError {
                #expect(error.code == .invalidConfiguration)
                #expect(error.message.contains("mail.batch.create"))
            }
            var configuration = transport.configuration
            configuration.scheduledMailsCanBeCancelled = false
            let plain = try SendGridTransport(configuration, time: time)
            #expect(try await plain.send(mail, deadline: nil).isAccepted)
        }
    }

    @Test func mailsThatGoAloneAreUnderWayAtTheSameTime() async throws {
        let time = ManualTime()
        try await withSendGrid(time: time) { server, transport in
            let mails = try (0..<4).map { try outgoingMail(to: ["user\($0)@example.org"], text: "Text \($0)") }
            let second = LoopbackProviderFault.delay(.seconds(1))
            server.plan(.emptySuccess(202), second, second, second)
            async let receipts = transport.receipts(of: mails)
            // One after the other, there would never be three.
            await time.waitForSleepers(3)
            await time.advance(by: .seconds(1))
            #expect(try await receipts.allSatisfy { $0.isAccepted })
            #expect(server.calls.count == 4)
        }
    }

    @Test func theRateOfAnotherPathHoldsNoMailBack() async throws {
        let time = InstantTime()
        try await withSendGrid(time: time) { server, transport in
            var message = try outgoingMail().message
            message.scheduledAt = time.now.addingTimeInterval(3600)
            let id = try #require(try await transport.send(try OutgoingMail(message), deadline: nil).outcome?.id)
            server.limitRate(1, per: .seconds(60))
            try await transport.cancel(id: id, deadline: nil)
            server.limitRate(nil)
            #expect(try await transport.send(try outgoingMail(), deadline: nil).isAccepted)
            #expect(time.sleeps.isEmpty)
        }
    }

    @Test func theSandboxChecksAndSendsNothing() async throws {
        try await withSendGrid({ $0.isSandbox = true }) { server, transport in
            let receipt = try await transport.send(try OutgoingMail(richMessage(metadata: true)), deadline: nil)
            #expect(receipt.outcome == .accepted(id: nil))
            #expect(server.sandboxedCount == 1)
            #expect(server.mails.isEmpty)
        }
    }

    @Test func mailsThatDifferInReceiversGoTogether() async throws {
        try await withSendGrid { server, transport in
            var mails: [OutgoingMail] = []
            for number in 0..<7 {
                var message = try outgoingMail(to: ["user\(number)@example.org"], subject: "Hello \(number)").message
                message.idempotencyKey = nil
                message.messageID = nil
                message.metadata = ["number": "\(number)"]
                mails.append(try OutgoingMail(message))
            }
            // Another text, and a receiver that has a mail already: each goes alone.
            mails.append(try outgoingMail(to: ["other@example.org"], text: "Other"))
            mails.append(try outgoingMail(to: ["USER1@example.org"]))
            let receipts = try await transport.receipts(of: mails)
            #expect(receipts.allSatisfy { $0.isAccepted })
            #expect(server.calls.count == 3)
            #expect(server.mails.count == 9)
            for (mail, number) in zip(server.mails, 0..<7) {
                #expect(mail.to == ["user\(number)@example.org"])
                #expect(mail.subject == "Hello \(number)")
                #expect(mail.metadata == ["number": "\(number)"])
            }
        }
    }

    @Test func aRefusedGroupIsHalvedUntilTheFaultStandsAlone() async throws {
        try await withSendGrid { server, transport in
            let mails = try (0..<8).map { try outgoingMail(to: ["user\($0)@example.org"]) }
            server.plan(.error(400, name: "personalizations", message: "Bad."))
            let receipts = try await transport.receipts(of: mails)
            #expect(receipts.allSatisfy { $0.isAccepted })
            #expect(server.calls.count == 3)
            #expect(server.mails.flatMap(\.to) == (0..<8).map { "user\($0)@example.org" })
        }
    }

    @Test func aKeyThatIsRefusedLaterKeepsTheReceiptsOfWhatWasSent() async throws {
        try await withSendGrid { server, transport in
            let mails = try (0..<5).map { try outgoingMail(to: ["user\($0)@example.org"], text: "Text \($0 / 2)") }
            server.plan(.emptySuccess(202), .error(401, message: "revoked"))
            let results = try await transport.send(batch: mails, deadline: nil)
            #expect(try results.prefix(2).allSatisfy { try $0.get().isAccepted })
            // Another provider may take what this account may not send.
            #expect(results.dropFirst(2).allSatisfy { mailErrorCode($0) == .authenticationFailed })
            #expect(server.calls.count == 2)
            server.plan(.error(401, message: "revoked"))
            #expect(
                await mailErrorCode { _ = try await transport.receipts(of: mails) }
                    == .authenticationFailed
            )
        }
    }

    @Test func aKeyThatIsRefusedForAGroupRefusesNoMail() async throws {
        try await withSendGrid { server, transport in
            let mails = try (0..<3).map { try outgoingMail(to: ["user\($0)@example.org"], text: "The same") }
            server.plan(.error(401, message: "revoked"))
            #expect(
                await mailErrorCode { _ = try await transport.receipts(of: mails) }
                    == .authenticationFailed
            )
            #expect(server.calls.count == 1)
        }
    }

    @Test func usedUpCreditsAreAQuotaAndNoWrongKey() async throws {
        try await withSendGrid { server, transport in
            server.update { $0.isOutOfCredits = true }
            let receipt = try await transport.send(try outgoingMail(), deadline: nil)
            #expect(receipt.outcome?.reply?.name == .maximumCreditsExceeded)
            #expect(receipt.outcome?.wait.map { $0 >= .seconds(3600) } == true)
        }
    }

    @Test func anUnverifiedSenderIsAFaultOfTheAccount() async throws {
        try await withSendGrid { server, transport in
            server.update { $0.domains = [:] }
            #expect(
                await mailErrorCode { _ = try await transport.send(try outgoingMail(), deadline: nil) }
                    == .invalidConfiguration
            )
        }
    }

    @Test func theRegionsHaveTheirHosts() throws {
        var configuration = SendGridTransport.Configuration(apiKey: Secret("SG.x"))
        #expect(try SendGridTransport(configuration).client.endpoint.authority == "api.sendgrid.com")
        configuration.region = .europe
        #expect(try SendGridTransport(configuration).client.endpoint.authority == "api.eu.sendgrid.com")
    }
}
