import FoundationEssentials
public import GroundworkCore
import GroundworkTesting
import HTTPTypes

/// A Resend in the test's own process, on loopback, as strict as the real one: keys, User-Agent, required fields, limits,
/// tags, batches, schedules, idempotency with replay and conflicts, rate headers, error bodies, domains. For tests only.
///
///     let resend = try await LoopbackResendServer.start()
///     let transport = try ResendTransport(resend.configuration)
///     try await transport.send(mail, deadline: nil)
///     #expect(resend.mails.first?.subject == "Hello")
///     await resend.stop()
///
/// Faults are planned ahead, one for each request: `resend.plan(.error(500), .closeAfterWork)`.
public final class LoopbackResendServer: Sendable {
    /// How the server behaves; change it through ``LoopbackResendServer/update(_:)``.
    public struct Behavior: Sendable {
        /// The domains of the account with their status, such as `verified`; nil lets every sender through.
        public var domains: [String: String]?
        /// Domains of ``domains`` that measure opens and clicks.
        public var trackingDomains: Set<String> = []
        /// Whether the key may send and do nothing else.
        public var isKeyRestricted = false
        /// Domains for each page of the list.
        public var domainsPerPage = 100

        /// Lets everything through that is well-formed.
        public init() {}
    }

    struct Remembered: Sendable {
        var body: [UInt8]
        var answer: ProviderFake.Answer?
        var date: Date
    }

    struct State: Sendable {
        var behavior = Behavior()
        var mails: [LoopbackProviderMail] = []
        var keys: [String: Remembered] = [:]
        var nextID = 1
    }

    /// The key that it takes.
    public let apiKey: Secret<String>
    let state = Locked(State())
    let time: any TimeSource
    let signer: ResendWebhookSigner
    private let fake: ProviderFake

    private init(time: any TimeSource) {
        self.time = time
        apiKey = Secret("re_\(Hex.encode(SystemRandom().bytes(12)))")
        signer = ResendWebhookSigner()
        fake = ProviderFake(time: time, rateFields: ("ratelimit-", false)) { status, name, message in
            .init(
                status,
                #"{"statusCode":\#(status),"name":\#(ProviderJSON.quote(name)),"message":\#(ProviderJSON.quote(message))}"#
            )
        }
    }

    /// Starts on a free port.
    /// - Parameter time: the clock of schedules, keys and rates.
    public static func start(time: any TimeSource = SystemTime()) async throws -> LoopbackResendServer {
        let server = LoopbackResendServer(time: time)
        try await server.fake.start { [weak server] call in server?.answer(call) ?? .init(503) }
        return server
    }

    /// Stops it, and ends all connections.
    public func stop() async { await fake.stop() }

    /// Where it is.
    public var url: String { fake.url.withLock { $0 } }

    /// A configuration with its key and its address.
    public var configuration: ResendTransport.Configuration {
        var configuration = ResendTransport.Configuration(apiKey: apiKey)
        configuration.endpoint = url
        return configuration
    }

    /// The mails that were taken, in their order.
    public var mails: [LoopbackProviderMail] { state.withLock { $0.mails } }

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

    /// The secret of its webhooks, for `ResendWebhook`.
    public var webhookSecret: Secret<String> { signer.secret }

    /// A signed webhook about a mail, as Resend sends it.
    /// - Parameters:
    ///   - type: the event, such as `email.delivered`.
    ///   - mail: the mail that it is about.
    ///   - details: further members of `data` as JSON, such as `"bounce":{"type":"Permanent","message":"…"}`.
    ///   - id: the message's id; a new one by default.
    public func webhook(
        _ type: String,
        about mail: LoopbackProviderMail,
        details: String = "",
        id: String? = nil
    ) throws -> MailWebhookRequest {
        let now = UTCDateTime(time.now).rfc3339Milliseconds
        let to = mail.to.map(ProviderJSON.quote).joined(separator: ",")
        let tags = mail.tags.sorted { $0.key < $1.key }
            .map { "\(ProviderJSON.quote($0.key)):\(ProviderJSON.quote($0.value))" }.joined(separator: ",")
        let data =
            #"{"email_id":\#(ProviderJSON.quote(mail.id)),"created_at":"\#(now)","from":\#(ProviderJSON.quote(mail.from)),"#
            + #""to":[\#(to)],"subject":\#(ProviderJSON.quote(mail.subject)),"tags":{\#(tags)}"#
            + (details.isEmpty ? "" : ",\(details)") + "}"
        let body = #"{"type":\#(ProviderJSON.quote(type)),"created_at":"\#(now)","data":\#(data)}"#
        return try signer.sign(Array(body.utf8), id: id, at: time.now)
    }

    func error(_ status: Int, _ name: String, _ message: String) -> ProviderFake.Answer {
        .init(
            status,
            #"{"statusCode":\#(status),"name":\#(ProviderJSON.quote(name)),"message":\#(ProviderJSON.quote(message))}"#
        )
    }
}
