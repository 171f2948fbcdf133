/// Delivers one mail and answers for each recipient.
///
/// ### Write a transport of your own
///
///     struct PrintingTransport: MailTransport {
///         let name = "print"
///         let capabilities = MailCapabilities()
///         func send(_ mail: OutgoingMail, deadline: ContinuousClock.Instant?) async throws -> MailReceipt {
///             print(mail.message.subject)
///             return MailReceipt(envelope: mail.envelope, outcome: .accepted(id: nil), transport: name)
///         }
///     }
///
/// A transport sends once. It does not retry, does not wait for a rate limit, and does not ask another transport: that
/// is for the layers above it, which know whether a second try is safe. What the server says about a recipient is an
/// outcome; thrown are `CancellationError` and ``MailError`` for what concerns no recipient (a wrong configuration, no
/// connection before anything was sent). When the task is cancelled or the deadline passes after the mail went out and
/// before it was answered, the outcome is ``MailOutcome/unknown(reason:)``.
public protocol MailTransport: Sendable {
    /// A short name for logs, receipts and errors, such as `smtp`.
    var name: String { get }

    /// What the transport can do.
    var capabilities: MailCapabilities { get }

    /// Sends one mail.
    /// - Parameters:
    ///   - mail: the message with its envelope.
    ///   - deadline: when to give up; nil leaves it to the transport's own time-outs.
    /// - Returns: an outcome for each recipient of the envelope.
    func send(_ mail: OutgoingMail, deadline: ContinuousClock.Instant?) async throws -> MailReceipt
}
