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

    /// Takes no more mail, waits for what is under way, and lets go of what the transport holds, such as connections.
    /// Harmless when repeated. By default nothing is held, and nothing is done.
    func shutdown() async
}

extension MailTransport {
    /// Does nothing.
    public func shutdown() async {}
}

/// A transport that can tell a mail that it may still give up from one that the server may have.
protocol MailHandoverTransport: MailTransport {
    /// Sends one mail.
    /// - Parameters:
    ///   - mail: the message with its envelope.
    ///   - handover: when to give up a mail that the server surely does not have; nil: at the deadline.
    ///   - deadline: when to give up in any case.
    func send(
        _ mail: OutgoingMail,
        handover: ContinuousClock.Instant?,
        deadline: ContinuousClock.Instant?
    ) async throws -> MailReceipt
}
