import FoundationEssentials
import GroundworkCore
import Mailer

// The examples of the guide on webhooks, line by line. They are compiled, and the endpoint is run by `MailEventTests`.

struct WebhookEndpoint {
    let webhook: any MailWebhook
    let suppressions: any SuppressionStore
    let seen = MailEventDeduplicator()

    func receive(headers: [String: String], body: [UInt8]) async -> Int {
        let events: [MailEvent]
        do throws(MailError) {
            events = try webhook.events(in: MailWebhookRequest(headers: headers, body: body))
        } catch {
            return error.webhookStatus
        }
        for event in events where seen.insert(event) {
            do { try await suppressions.record(event) } catch {
                seen.remove(event)
                return 503  // the provider sends it again
            }
        }
        return 204
    }
}

struct WebhooksGuide {
    func endpoint(webhookSecret: Secret<String>) async throws -> WebhookEndpoint {
        let endpoint = WebhookEndpoint(
            webhook: try ResendWebhook(secrets: [webhookSecret]),
            suppressions: try await FileSuppressionStore(path: "/var/lib/shop/suppressions.jsonl")
        )
        return endpoint
    }

    func sendGrid(verificationKey: String) throws -> SendGridWebhook {
        let webhook = try SendGridWebhook(publicKeys: [verificationKey])
        return webhook
    }

    func model(event: MailEvent, log: MailLog, accounts: MailAccounts) async {
        switch event.kind {
        case .delivered: await log.note(event.mailID, "delivered")
        case .bounced(.hard): await accounts.askForAnotherAddress(event.recipient)
        case .bounced(.soft), .deferred: break  // the provider tries again
        case .complained, .unsubscribed: await accounts.stopNewsletters(event.recipient)
        case .resubscribed: await accounts.startNewsletters(event.recipient)
        case .failed: await log.note(event.mailID, event.reason)
        case .opened, .clicked, .other: break
        }
    }

    func before(environment: [String: String], suppressions: FileSuppressionStore) throws -> Mailer {
        var delivery = MailDelivery.Configuration()
        delivery.suppressions = suppressions
        let mailer = try Mailer(environment: environment, delivery: delivery)
        return mailer
    }

    func overSMTP(receipt: MailReceipt, suppressions: FileSuppressionStore) async throws {
        for recipient in receipt.recipients {
            let code = recipient.outcome.reply?.enhancedCode
            guard let code, code.category == 5, code.subject == 1 else { continue }
            var entry = Suppression(address: recipient.address, reason: .hardBounce, date: Date())
            entry.detail = "smtp: \(code)"
            try await suppressions.suppress(entry)
        }
    }

    func release(suppressions: FileSuppressionStore) async throws {
        try await suppressions.release(EnvelopeAddress("ada@example.org"))
    }
}
