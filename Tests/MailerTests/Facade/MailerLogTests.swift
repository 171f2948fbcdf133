import GroundworkCore
import GroundworkTesting
import Logging
import Mailer
import MailerTesting
import Testing

/// Keeps what is logged.
struct MemoryLog: LogHandler {
    let lines: Locked<[String]>
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(
        level: Logger.Level,
        message: Logger.Message,
        metadata: Logger.Metadata?,
        source: String,
        file: String,
        function: String,
        line: UInt
    ) {
        let pairs = (metadata ?? [:]).map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
        lines.withLock { $0.append("\(level) \(message) \(pairs)") }
    }
}

@Suite struct MailerLogTests {
    @Test func noLineAndNoEventHasAnAddressATokenASubjectOrAServersWords() async throws {
        let lines = Locked<[String]>([])
        let events = Locked<[MailDeliveryEvent]>([])
        var settings = MailDelivery.Configuration()
        settings.logger = Logger(label: "mail") { _ in MemoryLog(lines: lines) }
        settings.onEvent = { event in events.withLock { $0.append(event) } }
        settings.suppressions = try TestSuppressions(["eve@example.org": .complaint])
        let refusal = MailReply(code: 550, enhancedCode: EnhancedStatusCode(5, 1, 1), text: "No ada@example.org here")
        let script: [MailStep] = [.retry(), .accept, .unreachable, .reject(refusal), .unknown(.afterSending)]
        let (mailer, _) = try MailerTests.mailer(script, settings: settings)
        for address in ["ada@example.org", "ada@example.org", "bob@example.org", "eve@example.org"] {
            _ = try? await mailer.sendVerificationEmail(to: address, token: "t0ken")
        }
        let text = lines.withLock { $0 }.joined(separator: "\n") + "\(events.withLock { $0 })"
        for secret in ["t0ken", "ada@", "bob@", "eve@", "Confirm", "verify-email"] {
            #expect(!text.contains(secret), "\(secret)")
        }
        #expect(text.contains("info mail finished"))
        #expect(text.contains("mail.reply=550"))
        #expect(text.contains("mail.status=5.1.1"))
        #expect(text.contains("mail.unknown=1"))
        let kinds = Set(events.withLock { $0 }.map(\.kind))
        #expect(kinds == [.answered, .failed, .waiting, .suppressed, .finished])
    }
}
