/// What an HTTP answer said of the rate: the headers `RateLimit-*` and `Retry-After`, read by the provider's transport.
public struct MailRateHint: Sendable, Hashable {
    /// Requests allowed in a window, if said.
    public var limit: Int?
    /// Requests left in this window, if said.
    public var remaining: Int?
    /// How long until the window begins anew, if said.
    public var reset: Duration?
    /// How long to wait before the next request, if said.
    public var retryAfter: Duration?

    /// Makes a hint; what the answer did not say stays nil.
    public init(limit: Int? = nil, remaining: Int? = nil, reset: Duration? = nil, retryAfter: Duration? = nil) {
        self.limit = limit
        self.remaining = remaining
        self.reset = reset
        self.retryAfter = retryAfter
    }
}
