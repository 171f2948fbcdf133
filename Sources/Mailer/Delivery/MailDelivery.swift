public import GroundworkCore
public import Logging

/// Several transports as one: with retries, failover or turns, a circuit for each, and the list of addresses that must
/// not be mailed.
///
///     let delivery = MailDelivery(routes: [MailRoute(resend), MailRoute(smtp)])
///     let receipt = try await delivery.send(OutgoingMail(message), deadline: nil)
///
/// What it promises:
/// - A recipient whose mail was accepted or refused for good is never mailed again. The others are, and so are those whom
///   only one server cannot take (``MailReply/Name/unsupported``), through another.
/// - An unknown outcome is never sent again, unless the transport recognises a mail by its key
///   (``MailFeature/idempotency``): then to the same transport, under the same key, within
///   ``MailCapabilities/idempotencyWindow``. Until that one accepts, the outcome stays unknown, whatever else it says.
/// - A transport that cannot do what a mail asks for is passed over; if none can, that is an error before the wire.
/// - One deadline holds over everything: reading the list of suppressed addresses, waiting for the rate, all tries, all
///   waits. It holds, as the end of the task does, also against a list or a turn of the app's own that heeds neither. A
///   transport that says nothing has its share of it, or ``MailRoute/attemptTimeout``; then the next one is asked.
/// - Once something went out for any recipient, or may have, the call returns a receipt, even if the task is cancelled
///   meanwhile. `CancellationError` and ``MailError`` mean that nothing was sent to anybody.
/// - An error of a transport that is neither says nothing about what was sent: the outcome is unknown.
public final class MailDelivery: MailTransport {
    /// Which transport is asked first.
    public enum Strategy: Sendable, Hashable, CaseIterable {
        /// The first that works, in the order of the routes.
        case failover
        /// Each in turn; the others when it does not work.
        case roundRobin
    }

    /// How mails are delivered.
    public struct Configuration: Sendable {
        /// Which transport is asked first.
        public var strategy = Strategy.failover
        /// How often all transports are asked, and how long is waited in between. In each round, every transport is
        /// asked at most once.
        public var retries = Configuration.standardRetries
        /// The addresses that must not be mailed; nil asks nobody.
        public var suppressions: (any SuppressionStore)?
        /// How many mails of a batch are under way at the same time, where a transport takes one at a time.
        public var maximumConcurrency = 16
        /// Where lines about mails go; nil writes none.
        public var logger: Logger?
        /// Called for everything that happens, on the way of the mail: it must not block.
        public var onEvent: (@Sendable (MailDeliveryEvent) -> Void)?

        /// Four rounds, with full jitter from one second to 30 seconds.
        public static var standardRetries: RetryPolicy {
            var policy = RetryPolicy()
            policy.maximumAttempts = 4
            policy.baseDelay = .seconds(1)
            policy.maximumDelay = .seconds(30)
            return policy
        }

        /// Failover, four rounds, no list, no log.
        public init() {}
    }

    /// `delivery`, unless another name was chosen.
    public let name: String
    /// The transports in their order.
    public let routes: [MailRoute]
    /// How mails are delivered.
    public let configuration: Configuration
    let time: any TimeSource
    let random: any RandomSource
    let circuits: Locked<[CircuitBreaker]>
    private let turns = Locked(0)

    /// Makes a transport of several.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidConfiguration`` without a route.
    public init(
        routes: [MailRoute],
        _ configuration: Configuration = Configuration(),
        name: String = "delivery",
        time: any TimeSource = SystemTime(),
        random: any RandomSource = SystemRandom()
    ) throws(MailError) {
        guard !routes.isEmpty else {
            throw MailError(.invalidConfiguration, "A delivery needs at least one transport.", transport: name)
        }
        self.name = name
        self.routes = routes
        self.configuration = configuration
        self.time = time
        self.random = random
        circuits = Locked(routes.map { CircuitBreaker($0.circuit) })
    }

    /// What one of the transports can do.
    ///
    /// Mails are recognised by their key only when there is one transport and it does so: another one knows nothing of
    /// what the first has sent.
    public var capabilities: MailCapabilities {
        guard routes.count > 1 else { return routes[0].transport.capabilities }
        let all = routes.map(\.transport.capabilities)
        var result = MailCapabilities(all.reduce(into: []) { $0.formUnion($1.features) })
        result.features.remove(.idempotency)
        func largest(_ limit: (MailCapabilities) -> Int?) -> Int? {
            all.contains { limit($0) == nil } ? nil : all.compactMap(limit).max()
        }
        result.maximumRecipients = largest(\.maximumRecipients)
        result.maximumSize = largest(\.maximumSize)
        result.maximumTags = largest(\.maximumTags)
        result.maximumBatch = largest(\.maximumBatch)
        if all.allSatisfy({ $0.schedulingWindow != nil }) {
            result.schedulingWindow = all.compactMap(\.schedulingWindow).max()
        }
        return result
    }

    /// Sends one mail.
    /// - Parameters:
    ///   - mail: the mail.
    ///   - deadline: the end of everything; nil leaves it to the retry policy's `totalTimeout`.
    /// - Throws: ``MailError`` when nothing was sent to anybody: with ``MailError/Code/unsupported`` when no transport
    ///   can do what the mail asks for; `CancellationError` likewise.
    public func send(_ mail: OutgoingMail, deadline: ContinuousClock.Instant?) async throws -> MailReceipt {
        var run = try await prepared([mail], deadline)[0].get()
        return try await finished(&run)
    }

    /// Lets every transport take no more mail, finish what is under way, and let go of what it holds.
    public func shutdown() async {
        await withDiscardingTaskGroup { group in
            for route in routes { group.addTask { await route.transport.shutdown() } }
        }
    }

    /// The places of the routes, in the order in which a mail that all of them can send asks them.
    func order() -> [Int] {
        guard configuration.strategy == .roundRobin else { return Array(routes.indices) }
        let first = turns.withLock { turn in
            defer { turn = (turn + 1) % routes.count }
            return turn
        }
        return Array(routes.indices[first...]) + Array(routes.indices[..<first])
    }

    func emit(_ event: MailDeliveryEvent) {
        configuration.onEvent?(event)
        if let logger = configuration.logger { event.log(to: logger) }
    }
}
