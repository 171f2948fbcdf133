extension MailDelivery: MailCancellingTransport, MailCheckingTransport {
    /// Calls off a scheduled mail, at the only transport that can, or at the one named.
    /// - Parameters:
    ///   - id: what ``MailOutcome/accepted(id:)`` gave.
    ///   - name: the ``MailReceipt/transport`` of the mail's receipt.
    ///   - deadline: when to give up.
    /// - Throws: ``MailError`` with ``MailError/Code/unsupported`` when no transport can, or several could and none is
    ///   named; what the transport throws.
    public func cancel(id: String, transport name: String?, deadline: ContinuousClock.Instant?) async throws {
        let candidates = routes.compactMap { route -> (any MailCancellingTransport)? in
            guard route.transport.capabilities.supports(.cancellation),
                name ?? route.transport.name == route.transport.name
            else { return nil }
            return route.transport as? any MailCancellingTransport
        }
        guard let transport = candidates.first, candidates.count == 1 else {
            throw MailError(
                .unsupported,
                candidates.isEmpty
                    ? "\(name ?? routes.map(\.transport.name).joined(separator: ", ")) cannot call off a scheduled mail."
                    : "Several transports can call off a mail; name the one that took it (its receipt says which).",
                transport: name
            )
        }
        try await transport.cancel(id: id, deadline: deadline)
    }

    /// Calls off a scheduled mail, at the only transport that can.
    /// - Throws: ``MailError``; see ``cancel(id:transport:deadline:)``.
    public func cancel(id: String, deadline: ContinuousClock.Instant?) async throws {
        try await cancel(id: id, transport: nil, deadline: deadline)
    }

    /// What every transport finds; all at the same time.
    public func check(sender: Mailbox, deadline: ContinuousClock.Instant?) async throws -> [MailCheckFinding] {
        let transports = routes.map(\.transport)
        return try await withThrowingTaskGroup(of: (Int, [MailCheckFinding]).self) { group in
            for (index, transport) in transports.enumerated() {
                group.addTask { (index, try await Self.check(transport, sender, deadline)) }
            }
            var findings = transports.map { _ in [MailCheckFinding]() }
            for try await (index, found) in group { findings[index] = found }
            return findings.flatMap { $0 }
        }
    }

    private static func check(
        _ transport: any MailTransport,
        _ sender: Mailbox,
        _ deadline: ContinuousClock.Instant?
    ) async throws -> [MailCheckFinding] {
        guard let checking = transport as? any MailCheckingTransport else {
            return [
                MailCheckFinding(
                    .warning,
                    "transport",
                    "It offers no check, so that nothing is known before the first mail.",
                    advice: "Conform it to MailCheckingTransport.",
                    transport: transport.name
                )
            ]
        }
        return try await checking.check(sender: sender, deadline: deadline)
    }
}
