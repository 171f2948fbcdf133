import FoundationEssentials
import GroundworkCore
import GroundworkTesting
import MailerTesting
import Testing

@testable import Mailer

/// The key of a mail over SMTP: only Resend's server de-duplicates by it.
@Suite struct SMTPIdempotencyTests {
    private func header(_ content: SMTPContent) async throws -> [String] {
        var bytes: [UInt8] = []
        switch content.bytes {
        case .whole(let whole): bytes = whole
        case .chunks(let chunks): for try await chunk in chunks { bytes += chunk }
        }
        if let size = content.size { #expect(size == bytes.count) }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.components(separatedBy: "\r\n\r\n")[0].components(separatedBy: "\r\n")
    }

    @Test(arguments: [10, 200_000]) func theKeyIsAHeaderOnlyWhereItIsNamed(_ attachmentSize: Int) async throws {
        var message = try outgoingMail().message
        message.idempotencyKey = try IdempotencyKey("order-4711/confirmation")
        message.attachments = [
            try MailAttachment(fileName: "a.bin", content: .bytes([UInt8](repeating: 7, count: attachmentSize)))
        ]
        let mail = try OutgoingMail(message)
        for namesKey in [true, false] {
            let fields = SMTPRelay(host: namesKey ? "smtp.resend.com" : "smtp.example.org").fields(for: mail)
            let content = try await SMTPContent(mail, MIMEComposer(), nil, SystemTime(), fields: fields)
            let lines = try await header(content)
            let keys = lines.filter { $0.lowercased().hasPrefix("resend-idempotency-key") }
            #expect(keys == (namesKey ? ["Resend-Idempotency-Key: order-4711/confirmation"] : []))
            #expect(lines.contains { $0.hasPrefix("Message-ID: ") })
        }
    }

    /// The header is not part of what is signed, so that Resend may take it away.
    @Test func theKeyIsNotSigned() async throws {
        let (signer, records) = try DKIMVerifiers.signer()
        let mail = try outgoingMail()
        let fields = SMTPRelay(host: "smtp.resend.com").fields(for: mail)
        let content = try await SMTPContent(mail, MIMEComposer(), signer, SystemTime(), fields: fields)
        guard case .whole(let bytes) = content.bytes else { throw MailError(.invalidMessage, "not whole") }
        let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
        let without = lines.filter { !$0.hasPrefix("Resend-Idempotency-Key: ") }
        #expect(lines.count == without.count + 1)
        let answers = try await DKIMVerifiers.dkimpy([
            (bytes, records), (Array(without.joined(separator: "\r\n").utf8), records),
        ])
        for answer in answers { #expect(answer == [true, true]) }
    }

    @Test(arguments: [
        ("smtp.resend.com", true), ("SMTP.Resend.com", true), ("smtp.sendgrid.net", false), ("localhost", false),
        ("smtp.resend.com.example.org", false), ("resend.com", false), ("", false),
    ])
    func onlyResendsServerRecognisesKeys(_ host: String, _ recognises: Bool) throws {
        let capabilities = MailCapabilities.smtp(host: host)
        #expect(capabilities.supports(.idempotency) == recognises)
        #expect(capabilities.idempotencyWindow == (recognises ? .seconds(86_400) : nil))
        guard !host.isEmpty else { return }
        let transport = try SMTPTransport(SMTPConfiguration(host: host, security: .implicitTLS))
        #expect(transport.capabilities.supports(.idempotency) == recognises)
    }

    @Test func aServerThatRecognisesNoKeyGetsNone() async throws {
        try await withLoopbackServer { server in
            let transport = try SMTPTransport(.loopback(server))
            #expect(try await transport.send(outgoingMail(), deadline: nil).isAccepted)
            let message = try #require(server.messages.first)
            #expect(message.text.firstRange(of: "Idempotency-Key") == nil)
            await transport.shutdown()
        }
    }
}
