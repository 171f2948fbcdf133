/// When a transport that fails is left alone for a while.
public struct MailCircuitPolicy: Sendable, Hashable {
    /// After so many failures in a row it is asked no more.
    public var failureThreshold = 5
    /// A try that had at least this long until the mail's deadline, and came to nothing, counts as a failure.
    public var patience = Duration.seconds(10)
    /// For so long; then one mail is let through as a probe, and its outcome decides.
    public var openDuration = Duration.seconds(30)

    /// Opens after five failures, for 30 seconds.
    public init() {}

    /// Never opens.
    public static var never: MailCircuitPolicy {
        var policy = MailCircuitPolicy()
        policy.failureThreshold = .max
        return policy
    }
}

/// The state of a transport's circuit: closed, open until a time, or half open with one probe under way. A value.
struct CircuitBreaker: Sendable {
    typealias Instant = ContinuousClock.Instant

    enum State: Sendable, Hashable {
        case closed(failures: Int)
        case open(until: Instant)
        /// One probe is under way.
        case probing
    }

    enum Permission: Sendable, Hashable {
        case granted
        /// Not now; the time is nil while a probe is under way.
        case refused(until: Instant?)
    }

    /// What a try says about the transport, not about the mail.
    enum Report: Sendable, Hashable {
        case works, fails
        /// Nothing: the try was given up before it said anything.
        case nothing
    }

    let policy: MailCircuitPolicy
    private(set) var state = State.closed(failures: 0)

    init(_ policy: MailCircuitPolicy) { self.policy = policy }

    /// Asks whether a mail may be offered; a granted permission is to be followed by a report.
    mutating func ask(now: Instant) -> Permission {
        switch state {
        case .closed: return .granted
        case .probing: return .refused(until: nil)
        case .open(let time):
            guard now >= time else { return .refused(until: time) }
            state = .probing
            return .granted
        }
    }

    /// Tells what came of it.
    mutating func report(_ report: Report, now: Instant) {
        switch (state, report) {
        case (.closed, .works), (.probing, .works): state = .closed(failures: 0)
        case (.closed(let failures), .fails):
            state =
                failures + 1 >= policy.failureThreshold
                ? .open(until: now.advanced(by: policy.openDuration)) : .closed(failures: failures + 1)
        case (.probing, .fails): state = .open(until: now.advanced(by: policy.openDuration))
        // The next mail is the probe.
        case (.probing, .nothing): state = .open(until: now)
        case (.closed, .nothing), (.open, _): break
        }
    }
}

extension CircuitBreaker.Report {
    /// What the outcomes of a mail say about the transport: a server that answers about a recipient works.
    init(_ outcomes: [MailOutcome]) {
        let isFailing = outcomes.allSatisfy { outcome in
            switch outcome {
            case .accepted, .rejected: return false
            case .unknown: return true
            case .retryable(let reply, _):
                // No answer at all, a service that closes (421), or an HTTP server's own error. SMTP's 552 concerns
                // a recipient.
                guard let code = reply.code else { return true }
                return code == 421 || code >= 500 && code != 552
            }
        }
        self = isFailing && !outcomes.isEmpty ? .fails : .works
    }

    /// What an error says about the transport.
    init(_ error: MailError) {
        switch error.code {
        case .connectionFailed, .tlsFailed, .unexpectedAnswer, .unavailable, .authenticationFailed: self = .fails
        default: self = .nothing
        }
    }
}
