import GroundworkCore

extension SMTPTransport: MailCheckingTransport {
    /// Connects, secures the connection, logs in and says `NOOP`. No mail is sent.
    public func check(sender: Mailbox, deadline: ContinuousClock.Instant?) async throws -> [MailCheckFinding] {
        let end = deadline ?? clock.monotonic.advanced(by: configuration.sendTimeout)
        do {
            let report = try await withDeadline(end, time: clock) { try await self.check() }
            return findings(report) + trackingFindings + [domainFinding(sender)]
        } catch is CancellationError {
            throw CancellationError()
        } catch is DeadlineExceeded {
            return [
                failure("connection", "\(place) did not answer before the deadline.", "See whether the port is open.")
            ]
        } catch let error as MailError {
            return [finding(for: error)]
        } catch {
            return [failure("connection", "\(place) cannot be used: \(error).", "Mend that and check again.")]
        }
    }

    private var place: String { "\(configuration.host):\(configuration.port)" }

    private func failure(_ subject: String, _ message: String, _ advice: String) -> MailCheckFinding {
        MailCheckFinding(.failure, subject, message, advice: advice, transport: name)
    }

    private func findings(_ report: SMTPServerReport) -> [MailCheckFinding] {
        var result = [MailCheckFinding(.ok, "connection", "\(place) answers as \(report.serverName).", transport: name)]
        if report.isSecure {
            result.append(MailCheckFinding(.ok, "TLS", "The connection is encrypted and verified.", transport: name))
        } else {
            let advice = "Use smtps:// or STARTTLS, unless the server is on this machine."
            let message = "Mail goes to \(place) in clear."
            result.append(MailCheckFinding(.warning, "TLS", message, advice: advice, transport: name))
        }
        if configuration.credentials == nil {
            result.append(
                MailCheckFinding(.ok, "credentials", "None are set, and none were asked for.", transport: name)
            )
        } else {
            result.append(MailCheckFinding(.ok, "credentials", "The server took them.", transport: name))
        }
        return result
    }

    /// What this provider measures whatever a mail says.
    var trackingFindings: [MailCheckFinding] {
        guard let (message, advice) = relay.trackingAdvice else { return [] }
        return [MailCheckFinding(.warning, "tracking", message, advice: advice, transport: name)]
    }

    private func finding(for error: MailError) -> MailCheckFinding {
        switch error.code {
        case .authenticationFailed:
            failure(
                "credentials",
                error.message,
                "Set SMTP_USERNAME and SMTP_PASSWORD anew; some providers want an app key."
            )
        case .tlsFailed:
            failure("TLS", error.message, "Use the name that the certificate is for, and port 465 or 587.")
        case .invalidConfiguration:
            failure("configuration", error.message, "Change the configuration.")
        default:
            failure(
                "connection",
                error.message,
                "See whether host and port are right and outgoing connections are allowed."
            )
        }
    }

    /// SMTP offers no way to ask whether a domain may send.
    private func domainFinding(_ sender: Mailbox) -> MailCheckFinding {
        let domain = sender.address.domain.wireText
        guard let signer else {
            let message = "Mail from \(domain) is not signed here, and SMTP cannot say whether the server signs it."
            let advice = "See in a received mail whether it has a DKIM-Signature for \(domain)."
            return MailCheckFinding(.warning, "From domain", message, advice: advice, transport: name)
        }
        let signing = signer.domain.wireText
        guard domain == signing || domain.hasSuffix(".\(signing)") else {
            let message = "Mail from \(domain) is signed for \(signing), so that DMARC does not count the signature."
            let advice = "Sign for \(domain), or send from \(signing)."
            return MailCheckFinding(.warning, "From domain", message, advice: advice, transport: name)
        }
        let names = signer.keys.map { "\($0.selector)._domainkey.\(signing)" }.joined(separator: ", ")
        return MailCheckFinding(
            .ok,
            "From domain",
            "Mail from \(domain) is signed for \(signing); the public key belongs at \(names).",
            transport: name
        )
    }
}
