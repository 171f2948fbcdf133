/// A transport that takes several messages in one request, such as Resend's and SendGrid's batch calls.
public protocol MailBatchTransport: MailTransport {
    /// Sends every mail, in requests no larger than ``MailCapabilities/maximumBatch``.
    ///
    /// A mail that the provider refused is an outcome in its receipt. A mail that was not sent at all, such as one beyond a
    /// limit of this provider, is the error that sending it alone would have thrown: another provider may take it. Neither
    /// touches the others.
    ///
    /// - Returns: for each mail, in order, its receipt or that error.
    /// - Throws: ``MailError`` for what concerns no mail of its own (credentials, configuration), `CancellationError`; both
    ///   mean that nothing of the batch was sent.
    func send(
        batch mails: [OutgoingMail],
        deadline: ContinuousClock.Instant?
    ) async throws -> [Result<MailReceipt, any Error>]
}

/// A transport that can take back a mail that was scheduled and not sent yet.
public protocol MailCancellingTransport: MailTransport {
    /// Cancels the scheduled mail that the provider named `id` in ``MailOutcome/accepted(id:)``.
    ///
    /// - Throws: ``MailError``, among others `unsupported` when the mail can no longer be cancelled.
    func cancel(id: String, deadline: ContinuousClock.Instant?) async throws
}

/// A transport that can say before the first mail whether it would work.
public protocol MailCheckingTransport: MailTransport {
    /// Proves credentials, TLS and the right to send as `sender`, without sending a mail.
    ///
    /// A fault is a finding, not an error: only cancellation throws.
    func check(sender: Mailbox, deadline: ContinuousClock.Instant?) async throws -> [MailCheckFinding]
}

/// One line of what ``MailCheckingTransport/check(sender:deadline:)`` found.
public struct MailCheckFinding: Sendable, Hashable, CustomStringConvertible {
    /// How much a finding matters.
    public enum Severity: String, Sendable, Hashable, CaseIterable {
        /// It works.
        case ok
        /// It works, but not as well as it should, or could not be proved.
        case warning
        /// Mail would not be sent, or would not arrive.
        case failure
    }

    /// How much it matters.
    public var severity: Severity
    /// What was looked at, in two or three words: `credentials`, `TLS`, `From domain`.
    public var subject: String
    /// What was found, as a sentence without secrets.
    public var message: String
    /// What to do about it, as a sentence; empty when there is nothing to do.
    public var advice: String
    /// The name of the transport it is about.
    public var transport: String

    /// Makes a finding.
    public init(_ severity: Severity, _ subject: String, _ message: String, advice: String = "", transport: String) {
        self.severity = severity
        self.subject = subject
        self.message = message
        self.advice = advice
        self.transport = transport
    }

    /// One line, whatever the texts hold: severity, transport, subject, message and advice.
    public var description: String {
        let line = "[\(severity.rawValue)] \(transport): \(subject): \(message)\(advice.isEmpty ? "" : " \(advice)")"
        return MailText.replacingControls(in: line)
    }
}
