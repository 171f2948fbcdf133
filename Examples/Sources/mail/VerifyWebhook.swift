import ArgumentParser
import FoundationEssentials
import Mailer
import Terminal

/// Whether a webhook request comes from the provider, and what it reports.
struct VerifyWebhook: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-webhook",
        abstract: "Prove the signature of a webhook request that was kept, and print its events.",
        discussion: """
            The secret is read from the environment: RESEND_WEBHOOK_SECRET (whsec_…) or SENDGRID_WEBHOOK_PUBLIC_KEY; \
            several, while one is being replaced, with spaces between them.

            mail verify-webhook resend --body body.json --headers headers.txt

            The headers are lines as `curl -i` and proxies write them, `Name: value`. The body must be the very bytes that \
            came: signatures are over them.
            """
    )

    enum Provider: String, ExpressibleByArgument, CaseIterable { case resend, sendgrid }

    @Argument(help: "Whose webhook it is: resend or sendgrid.")
    var provider: Provider

    @Option(help: ArgumentHelp("A file with the raw body; - is standard input.", valueName: "file"))
    var body: String

    @Option(help: ArgumentHelp("A file with the header lines.", valueName: "file"))
    var headers: String

    @Flag(help: "A kept request is old: do not look at its time.")
    var anyTime = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let arguments = self
        try await reportingErrors(json: arguments.json) {
            let webhook = try arguments.webhook(ProcessInfo.processInfo.environment)
            let headers = Self.headers(try Inputs.text(of: arguments.headers))
            let body = try Inputs.contents(of: arguments.body)
            let events = try webhook.events(in: MailWebhookRequest(headers: headers, body: body))
            if arguments.json {
                let list = events.map { JSONText.object($0.fields) }
                Console.print(JSONText.object([("ok", true), ("events", .array(list))]).text)
            } else {
                for event in events { Console.print(event.line) }
                Console.print("The signature is right: \(events.count) event\(events.count == 1 ? "" : "s").")
            }
        }
    }

    private func webhook(_ environment: [String: String]) throws -> any MailWebhook {
        let tolerance: Duration? = anyTime ? .seconds(100 * 365 * 86_400) : nil
        switch provider {
        case .resend:
            let secrets = try values("RESEND_WEBHOOK_SECRET", environment).map { Secret($0) }
            return try ResendWebhook(secrets: secrets, tolerance: tolerance ?? .seconds(300))
        case .sendgrid:
            let keys = try values("SENDGRID_WEBHOOK_PUBLIC_KEY", environment)
            return try SendGridWebhook(publicKeys: keys, tolerance: tolerance ?? .seconds(600))
        }
    }

    private func values(_ name: String, _ environment: [String: String]) throws -> [String] {
        let text = environment[name] ?? ""
        guard !text.isEmpty else {
            throw MailError(
                .invalidConfiguration,
                "The environment variable \(name) is not set; the provider shows it beside the webhook."
            )
        }
        // A key as PEM has spaces of its own.
        return text.hasPrefix("-----BEGIN") ? [text] : text.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    private static func headers(_ text: String) -> [(name: String, value: String)] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            return (String(line[..<colon]), String(value))
        }
    }
}

extension MailEvent {
    /// The kind in one word.
    var word: String {
        switch kind {
        case .delivered: "delivered"
        case .deferred: "deferred"
        case .bounced(.hard): "bounced for good"
        case .bounced(.soft): "bounced for now"
        case .complained: "complained"
        case .opened: "opened"
        case .clicked: "clicked"
        case .unsubscribed: "unsubscribed"
        case .resubscribed: "subscribed again"
        case .failed: "failed"
        case .other(let name): Format.line(name)
        }
    }

    /// The kind as programs name it.
    private var kindName: String {
        switch kind {
        case .bounced: "bounced"
        case .other: "other"
        case .resubscribed: "resubscribed"
        default: word
        }
    }

    private var bounce: String? {
        guard case .bounced(let bounce) = kind else { return nil }
        return bounce == .hard ? "hard" : "soft"
    }

    /// For people.
    var line: String {
        let who = recipients.map { Format.line($0.wireText) }.joined(separator: ", ")
        let when = date.map { $0.formatted(.iso8601) } ?? "no time"
        let why = reason.isEmpty ? "" : ": \(Format.line(reason))"
        let effect = suppressionReason.map { " [to be suppressed: \($0)]" } ?? ""
        return "\(when) \(word) \(who)\(why)\(effect)"
    }

    /// For programs.
    var fields: [(String, JSONText)] {
        [
            ("kind", .string(kindName)), ("bounce", .optional(bounce)), ("name", .string(name)),
            ("date", .optional(date?.formatted(.iso8601))),
            ("recipients", .array(recipients.map { .string($0.wireText) })), ("id", .optional(mailID)),
            ("reason", .string(reason)), ("suppress", .optional(suppressionReason?.rawValue)),
            ("deduplicationKey", .string(deduplicationKey)),
        ]
    }
}
