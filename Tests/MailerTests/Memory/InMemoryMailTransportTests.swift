import GroundworkCore
import GroundworkTesting
import Mailer
import MailerTesting
import Testing

@Suite struct InMemoryMailTransportTests {
    private var recognising: InMemoryMailTransport { InMemoryMailTransport(capabilities: .recognising) }

    @Test func keepsWhatArrivesAsAReaderSeesIt() async throws {
        let transport = InMemoryMailTransport()
        var message = try outgoingMail(subject: "Grüße 🙂").message
        message.text = nil
        message.html = "<p>Hello <a href=\"https://example.org/a?x=1&amp;y=2\">you</a> and <a href='#'>me</a></p>"
        message.attachments = [try MailAttachment(fileName: "Übersicht.txt", content: .text("Größe"))]
        _ = try await transport.send(OutgoingMail(message), deadline: nil)
        let mail = try transport.sent.single
        #expect(mail.subject == "Grüße 🙂")
        #expect(mail.header("Subject") == "Grüße 🙂")
        #expect(mail.links == ["https://example.org/a?x=1&y=2"])
        #expect(mail.parameter("y") == "2")
        #expect(mail.text?.contains("https://example.org/a?x=1&y=2") == true)
        let file = try #require(mail.received().attachments.first)
        #expect(file.fileName == "Übersicht.txt")
        #expect(String(decoding: file.body, as: UTF8.self) == "Größe")
    }

    @Test func singleSaysWhatThereIs() async throws {
        let transport = InMemoryMailTransport()
        #expect(throws: SentMailsError.self) { try transport.sent.single }
        for subject in ["One", "Two"] { _ = try await transport.send(outgoingMail(subject: subject), deadline: nil) }
        let error = #expect(throws: SentMailsError.self) { try transport.sent.single }
        #expect(error?.description.contains("\"One\" to ada@example.org") == true)
        #expect(transport.sent.to("ada@example.org").count == 2)
        #expect(transport.sent.to("bob@example.org").isEmpty)
        transport.clear()
        #expect(transport.sent.isEmpty)
    }

    @Test func recognisesAMailByItsKeyAndRefusesFurtherRecipients() async throws {
        let transport = recognising
        let mail = try outgoingMail()
        let first = try await transport.send(mail, deadline: nil)
        let second = try await transport.send(mail, deadline: nil)
        #expect(first == second)
        #expect(transport.sent.count == 1)
        var other = mail
        other.envelope.recipients.append(try EnvelopeAddress("bob@example.org"))
        let third = try await transport.send(other, deadline: nil)
        #expect(third.recipients[1].outcome.reply?.name?.rawValue == "invalid_idempotent_request")
        #expect(transport.sent.count == 1)
    }

    @Test func anUnknownOutcomeArrivesOrNotAsTheScriptSays() async throws {
        let transport = InMemoryMailTransport(script: [.unknown(.afterSending), .unknown(.beforeSending)])
        for _ in 0..<2 {
            let receipt = try await transport.send(outgoingMail(), deadline: nil)
            #expect(receipt.recipients[0].outcome.isUnknown)
        }
        #expect(transport.sent.count == 1)
        #expect(transport.attempts.count == 2)
    }

    @Test func aMailThatCannotBeComposedFailsAsWithARealTransport() async throws {
        let id = try ContentID("x@example.org")
        var message = try outgoingMail().message
        message.attachments = [
            try .inline(id, fileName: "a.png", content: .bytes([1])),
            try .inline(id, fileName: "b.png", content: .bytes([2])),
        ]
        let mail = try OutgoingMail(message)
        await #expect(throws: MailError.self) { try await InMemoryMailTransport().send(mail, deadline: nil) }
    }

    @Test func theReaderAgreesWithPythonsOverTheCorpus() async throws {
        var sources: [[UInt8]] = []
        for (index, subject) in Samples.subjects.enumerated() {
            var message = try Samples.message(
                subject: subject,
                text: Samples.texts[index % Samples.texts.count],
                html: "<p>\(index) ä</p>"
            )
            let name = Samples.fileNames[index % Samples.fileNames.count]
            message.attachments = [
                try MailAttachment(fileName: name, contentType: .bytes, content: .bytes(Array(0...255)))
            ]
            sources.append(try await Samples.compose(message, seed: UInt64(index)))
        }
        let theirs = try await MailReaders.pythonEmail(sources)
        for (source, python) in zip(sources, theirs) {
            let mine = try ReceivedMail(parsing: source)
            #expect(mine.header("Subject") == python.subject)
            #expect(mine.parts.map(\.contentType) == python.parts.map(\.type))
            // Python cuts white space at both ends of file names.
            let names = mine.parts.map { $0.fileName?.trimmingASCIIWhitespace() }
            #expect(names == python.parts.map(\.fileName))
            for (part, other) in zip(mine.parts, python.parts) {
                let isSame = part.fileName == nil ? part.text == other.text : part.body == other.bytes
                #expect(isSame, "\(part.contentType)")
            }
        }
    }

    @Test(arguments: [
        "", "no header end", "A: b\r\nC", "\r\n", "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n--x--",
    ])
    func theReaderEndsOnAnything(text: String) {
        _ = try? ReceivedMail(parsing: Array(text.utf8))
        #expect((try? ReceivedMail(parsing: Array(text.utf8)))?.header("X-None") == nil)
    }
}
