import GroundworkTesting
import MailerTesting
import Testing

@testable import Mailer

/// Text that some servers take for the end of a message, and what follows for commands.
@Suite(.timeLimit(.minutes(1))) struct SMTPSmugglingTests {
    static let smuggled =
        "MAIL FROM:<evil@example.net>\r\nRCPT TO:<victim@example.org>\r\nDATA\r\nSubject: smuggled\r\n\r\nhi\r\n.\r\n"

    @Test(arguments: ["\r\n.\r\n", "\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r\n.\r", "\r.\r\n", "\n.\r"])
    func noTextEndsItsMessage(_ end: String) async throws {
        try await withLoopbackServer { server in
            let transport = try SMTPTransport(.loopback(server))
            let receipt = try await transport.send(outgoingMail(text: "before" + end + Self.smuggled), deadline: nil)
            #expect(receipt.isAccepted)
            #expect(server.messages.count == 1 && server.messages.first?.recipients == ["ada@example.org"])
            #expect(!server.commands.contains { $0.line.contains("evil") })
            #expect(server.violations == [])
        }
    }

    /// Content that is not composed here, byte for byte: nothing of it leaves.
    @Test func rawContentWithABareLineEndIsNotSent() async throws {
        try await withLoopbackServer { server in
            let connector = try SMTPConnector(.loopback(server))
            let pool = SMTPPool(connector, time: InstantTime())
            for end in ["\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r\n"] {
                let content = SMTPContent(bytes: .whole(Array("Subject: a\r\n\r\nb\(end)\(Self.smuggled)".utf8)))
                let envelope = try outgoingMail().envelope
                let job = SMTPJob(SMTPMessage(envelope: envelope, content: content))
                pool.submit(job)
                let error = await #expect(throws: SMTPFailure.self) { try await job.outcome() }
                #expect(error?.code == .unsendableMessage && error?.isTransient == false)
            }
            await pool.shutDown()
            #expect(server.messages.isEmpty && !server.commands.contains { $0.line.contains("evil") })
        }
    }
}
