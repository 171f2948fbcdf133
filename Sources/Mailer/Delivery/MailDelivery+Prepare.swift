import FoundationEssentials
import GroundworkCore

extension MailDelivery {
    /// One mail on its way.
    struct Run: Sendable {
        let mail: OutgoingMail
        /// Those who are mailed.
        let recipients: [EnvelopeAddress]
        /// Those who are not.
        let suppressed: [EnvelopeAddress: Suppression]
        /// The places of the routes that the plan has, in its order.
        let routes: [Int]
        let deadline: ContinuousClock.Instant?
        let start: ContinuousClock.Instant
        var plan: DeliveryPlan
        /// The transport that answered last.
        var lastTransport: String?
        /// What was said last about each recipient.
        var replies: [EnvelopeAddress: MailReply] = [:]
    }

    /// Everything that is decided before the wire.
    /// - Throws: ``MailError`` when the list of suppressed addresses cannot be read: nothing is sent then.
    func prepared(
        _ mails: [OutgoingMail],
        _ deadline: ContinuousClock.Instant?
    ) async throws -> [Result<Run, any Error>] {
        let start = time.monotonic
        let limit = configuration.retries.totalTimeout.map { start.advanced(by: $0) }
        let end = [deadline, limit].compactMap { $0 }.min()
        let listed = try await listed(mails, end)
        return mails.map { mail in
            Result { try run(mail, listed, start, end) }
        }
    }

    private func run(
        _ mail: OutgoingMail,
        _ listed: [EnvelopeAddress: Suppression],
        _ start: ContinuousClock.Instant,
        _ deadline: ContinuousClock.Instant?
    ) throws(MailError) -> Run {
        let capable = try capableRoutes(mail)
        let suppressed = listed.filter { _, entry in entry.applies(to: mail.message) }
        let recipients = mail.envelope.recipients.filter { suppressed[$0] == nil }
        let count = mail.envelope.recipients.count - recipients.count
        if count > 0 {
            var event = MailDeliveryEvent(.suppressed, messageID: mail.message.messageID)
            event.recipients = count
            emit(event)
        }
        let plan = DeliveryPlan(
            routes: capable.map { routes[$0].planned },
            recipients: recipients,
            key: mail.idempotencyKey,
            policy: configuration.retries,
            deadline: deadline,
            isReadOnce: mail.message.isReadOnce
        )
        return Run(
            mail: mail,
            recipients: recipients,
            suppressed: suppressed,
            routes: capable,
            deadline: deadline,
            start: start,
            plan: plan
        )
    }

    private func listed(
        _ mails: [OutgoingMail],
        _ deadline: ContinuousClock.Instant?
    ) async throws -> [EnvelopeAddress: Suppression] {
        guard let store = configuration.suppressions else { return [:] }
        let addresses = Array(Set(mails.flatMap(\.envelope.recipients)))
        do {
            return try await waiting(until: deadline, time: time) {
                try await store.suppressions(of: addresses)
            }
        } catch is CancellationError {
            throw CancellationError()
        } catch is DeadlineExceeded {
            throw MailError(
                .deadlineExceeded,
                "The deadline passed while the list of suppressed addresses was read; nothing was sent.",
                isRetryable: true
            )
        } catch {
            throw MailError(
                .unavailable,
                "The list of suppressed addresses cannot be read, so nothing was sent; see the error below.",
                isRetryable: true,
                underlyingError: error
            )
        }
    }

    /// The routes that can do what the mail asks for, in the order in which they are asked.
    private func capableRoutes(_ mail: OutgoingMail) throws(MailError) -> [Int] {
        let now = time.now
        let order = order()
        let capable = order.filter { routes[$0].transport.capabilities.obstacles(to: mail, now: now).isEmpty }
        guard capable.isEmpty else { return capable }
        let first = routes[order[0]].transport
        let obstacles = first.capabilities.obstacles(to: mail, now: now)
        let others = MailCapabilities.known.filter { $0.capabilities.obstacles(to: mail, now: now).isEmpty }.map(
            \.transport
        )
        let advice =
            others.isEmpty
            ? "No provider that this library knows can; change the mail."
            : "\(others.joined(separator: " or ")) can: add it as a transport, or change the mail."
        throw MailError(
            .unsupported,
            "The mail \(obstacles.map(\.demand).joined(separator: " and ")), which "
                + "\(routes.map(\.transport.name).joined(separator: ", ")) cannot do. \(advice)",
            transport: first.name
        )
    }
}

extension Suppression {
    /// Somebody who left a list still gets mails that are no list mail, such as a new password.
    func applies(to message: MailMessage) -> Bool {
        reason != .unsubscribe || message.listUnsubscribe != nil
    }
}
