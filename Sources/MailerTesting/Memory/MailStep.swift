public import Mailer

/// What ``InMemoryMailTransport`` does with one mail.
public struct MailStep: Sendable {
    /// Whether a mail that waits or gets lost has been delivered nevertheless.
    public enum Moment: Sendable, Hashable {
        /// It has not: nothing was sent.
        case beforeSending
        /// It has; only the answer is missing.
        case afterSending
    }

    enum Kind: Sendable {
        case outcome(@Sendable (EnvelopeAddress) -> MailOutcome)
        case lost(Moment)
        case hangs(Moment)
        case fails(MailError)
        case throwsForeignError(any Error)
    }

    let kind: Kind

    /// Takes the mail.
    public static let accept = MailStep(kind: .outcome { _ in .accepted(id: nil) })

    /// Refuses the mail for good; by default there is no such mailbox.
    public static func reject(
        _ reply: MailReply = MailReply(code: 550, enhancedCode: EnhancedStatusCode(5, 1, 1), text: "No such mailbox")
    ) -> MailStep {
        MailStep(kind: .outcome { _ in .rejected(reply) })
    }

    /// Refuses the mail for now; by default a mailbox is busy.
    /// - Parameters:
    ///   - delay: how long the server asks to wait.
    ///   - reply: what it says.
    public static func retry(
        after delay: Duration? = nil,
        _ reply: MailReply = MailReply(code: 451, enhancedCode: EnhancedStatusCode(4, 2, 1), text: "Try again later")
    ) -> MailStep {
        MailStep(kind: .outcome { _ in .retryable(reply, after: delay) })
    }

    /// Answers `429 Too Many Requests`; without `after`, it does not say how long to wait.
    public static func throttle(after delay: Duration? = nil) -> MailStep {
        retry(
            after: delay,
            MailReply(code: 429, text: "Too many requests", name: MailReply.Name("rate_limit_exceeded"))
        )
    }

    /// Answers for each recipient. What is `MailOutcome.unknown(reason:)` is not delivered.
    public static func outcomes(_ outcome: @escaping @Sendable (EnvelopeAddress) -> MailOutcome) -> MailStep {
        MailStep(kind: .outcome(outcome))
    }

    /// The connection breaks, and nobody knows: the outcome is unknown.
    public static func unknown(_ moment: Moment) -> MailStep { MailStep(kind: .lost(moment)) }

    /// Answers nothing until the deadline passes or the task is cancelled. Before the mail is sent that is an error;
    /// after it the outcome is unknown.
    public static func hang(_ moment: Moment) -> MailStep { MailStep(kind: .hangs(moment)) }

    /// Throws, as a transport does that sent nothing.
    public static func fail(_ error: MailError) -> MailStep { MailStep(kind: .fails(error)) }

    /// Cannot be reached.
    public static let unreachable = fail(
        MailError(.connectionFailed, "The connection was refused.", transport: "memory", isRetryable: true)
    )

    /// Throws an error of another type, as a transport does that breaks its contract.
    public static func throwForeignError(_ error: any Error) -> MailStep { MailStep(kind: .throwsForeignError(error)) }
}
