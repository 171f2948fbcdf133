/// A transport within a ``MailDelivery``, with what goes before it.
public struct MailRoute: Sendable {
    /// Waits for its turn. When the deadline passes or the task ends, it is cancelled and waited for no longer.
    /// - Throws: ``MailError`` with ``MailError/Code/deadlineExceeded`` when its turn comes too late; `CancellationError`.
    public typealias Turn = @Sendable (_ deadline: ContinuousClock.Instant?) async throws -> Void

    /// Where mails go.
    public var transport: any MailTransport
    /// Waits before each request until the rate allows it; nil does not wait.
    public var turn: Turn?
    /// How long one try may take before the mail is offered to the next transport. Nil takes a share of the time that is
    /// left, as many as there are transports to be asked still; the last one gets all of it. A mail that the server may
    /// have by then is offered to no other.
    public var attemptTimeout: Duration?
    /// When it is left alone after failures.
    public var circuit = MailCircuitPolicy()

    /// Takes a transport, and what waits for its rate.
    public init(_ transport: any MailTransport, turn: Turn? = nil) {
        self.transport = transport
        self.turn = turn
    }

    /// Takes a transport and a limiter of its own. Transports of providers have one already, which their answers drive:
    /// this is for others, such as an SMTP server that takes so many mails per second.
    public init(_ transport: any MailTransport, limiter: MailRateLimiter) {
        self.init(transport) { deadline in try await limiter.acquire(deadline: deadline) }
    }

    var planned: DeliveryPlan.Route {
        DeliveryPlan.Route(
            deduplicates: transport.capabilities.supports(.idempotency),
            window: transport.capabilities.idempotencyWindow
        )
    }
}
