import GroundworkCore
import Mailer

// The examples of the guide on webhooks, line by line. They are compiled, not run.

struct WebhooksGuide {
    func endpoint(webhookSecret: Secret<String>) async throws -> Int {
        let webhook = try ResendWebhook(secrets: [webhookSecret])
        let suppressions = try await FileSuppressionStore(path: "/var/lib/shop/suppressions.jsonl")
        let seen = MailEventDeduplicator()

        func receive(headers: [String: String], body: [UInt8]) async -> Int {
            do {
                for event in try webhook.events(in: MailWebhookRequest(headers: headers, body: body))
                where seen.insert(event) {
                    do { try await suppressions.record(event) } catch {
                        seen.remove(event)
                        throw error
                    }
                }
                return 204
            } catch let error as MailError {
                return error.webhookStatus
            } catch {
                return 503  // the provider sends it again
            }
        }
        return await receive(headers: [:], body: [])
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

    func release(suppressions: FileSuppressionStore) async throws {
        try await suppressions.release(EnvelopeAddress("ada@example.org"))
    }
}
