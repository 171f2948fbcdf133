public import GroundworkCore
import FoundationEssentials
import GroundworkTesting
import HTTPTypes

/// A SendGrid in the test's own process, on loopback, as strict as the real one: keys, required fields, limits, an address
/// once in a request, reserved headers, schedules with batch ids, sandbox, rate headers, error bodies, senders. For tests
/// only.
///
///     let sendGrid = try await LoopbackSendGridServer.start()
///     let transport = try SendGridTransport(sendGrid.configuration)
///     try await transport.send(mail, deadline: nil)
///     #expect(sendGrid.mails.first?.subject == "Hello")
///     await sendGrid.stop()
public final class LoopbackSendGridServer: Sendable {
    /// How the server behaves; change it through ``LoopbackSendGridServer/update(_:)``.
    public struct Behavior: Sendable {
        /// The scopes of the key.
        public var scopes: Set<String> = [
            "mail.send", "mail.batch.create", "user.scheduled_sends.create", "whitelabel.read",
            "sender_verification_eligible",
        ]
        /// The account's domains, and whether they are authenticated; nil lets every sender through.
        public var domains: [String: Bool]?
        /// The addresses that are verified as single senders.
        public var verifiedSenders: Set<String> = []
        /// Whether the account has sent all that it may.
        public var isOutOfCredits = false

        /// Lets everything through that is well-formed.
        public init() {}
    }

    struct State: Sendable {
        var behavior = Behavior()
        var mails: [LoopbackProviderMail] = []
        var sandboxed = 0
        var batchIDs: Set<String> = []
        var cancelled: Set<String> = []
        var nextID = 1
    }

    /// The key that it takes.
    public let apiKey: Secret<String>
    let state = Locked(State())
    let time: any TimeSource
    let signer: SendGridWebhookSigner
    private let fake: ProviderFake

    private init(time: any TimeSource) throws {
        self.time = time
        apiKey = Secret("SG.\(Hex.encode(SystemRandom().bytes(12)))")
        signer = try SendGridWebhookSigner()
        fake = ProviderFake(time: time, rateFields: ("x-ratelimit-", true)) { status, name, message in
            Self.error(status, message, field: name)
        }
    }

    /// Starts on a free port.
    /// - Parameter time: the clock of schedules and rates.
    public static func start(time: any TimeSource = SystemTime()) async throws -> LoopbackSendGridServer {
        let server = try LoopbackSendGridServer(time: time)
        try await server.fake.start { [weak server] call in server?.answer(call) ?? .init(503) }
        return server
    }

    /// Stops it, and ends all connections.
    public func stop() async { await fake.stop() }

    /// Where it is.
    public var url: String { fake.url.withLock { $0 } }

    /// A configuration with its key and its address.
    public var configuration: SendGridTransport.Configuration {
        var configuration = SendGridTransport.Configuration(apiKey: apiKey)
        configuration.region = .init(endpoint: url)
        return configuration
    }

    /// The mails that were taken, one for each personalization, in their order. Sandboxed ones are not among them.
    public var mails: [LoopbackProviderMail] { state.withLock { $0.mails } }

    /// How many mails were checked in the sandbox.
    public var sandboxedCount: Int { state.withLock { $0.sandboxed } }

    /// Method and path of every request, in their order.
    public var calls: [(method: String, path: String)] { fake.calls }

    /// Changes how it behaves.
    public func update(_ change: @Sendable (inout Behavior) -> Void) { state.withLock { change(&$0.behavior) } }

    /// Plans faults for the next requests, one each.
    public func plan(_ faults: LoopbackProviderFault...) { fake.plan(faults) }

    /// How many planned faults were not committed yet.
    public var pendingFaults: Int { fake.pendingFaults }

    /// Allows so many requests in a window, and says so in the answers; nil ends that.
    public func limitRate(_ limit: Int?, per window: Duration = .seconds(1)) {
        fake.limitRate(limit.map { .init(limit: $0, window: window) })
    }

    /// The key of its webhooks, for `SendGridWebhook`.
    public var webhookKey: String { signer.publicKey }

    /// A signed webhook with events about mails, as SendGrid sends it.
    /// - Parameter events: the event, such as `delivered`, the mail, whom it is about, and further members as JSON, such as
    ///   `"type":"bounce","reason":"550 no such user"`.
    public func webhook(
        _ events: [(name: String, mail: LoopbackProviderMail, email: String, details: String)]
    ) throws -> MailWebhookRequest {
        let seconds = Int(time.now.timeIntervalSince1970)
        let entries = events.map { event in
            let metadata = event.mail.metadata.sorted { $0.key < $1.key }
                .map { ",\(ProviderJSON.quote($0.key)):\(ProviderJSON.quote($0.value))" }.joined()
            let categories = event.mail.tags.keys.sorted().map(ProviderJSON.quote).joined(separator: ",")
            return #"{"email":\#(ProviderJSON.quote(event.email)),"event":\#(ProviderJSON.quote(event.name)),"#
                + #""timestamp":\#(seconds),"sg_event_id":"\#(Base64.encodeURL(SystemRandom().bytes(16)))","#
                + #""sg_message_id":"\#(event.mail.id).filter0001.16648.5515E0B88.0","category":[\#(categories)]"#
                + metadata + (event.details.isEmpty ? "" : ",\(event.details)") + "}"
        }
        // The line end belongs to the signed body.
        return try signer.sign(Array("[\(entries.joined(separator: ",\r\n"))]\r\n".utf8), at: time.now)
    }

    static func error(_ status: Int, _ message: String, field: String? = nil) -> ProviderFake.Answer {
        let field = field.map(ProviderJSON.quote) ?? "null"
        return .init(status, #"{"errors":[{"message":\#(ProviderJSON.quote(message)),"field":\#(field),"help":null}]}"#)
    }
}
