import Mailer
import PGBackup

/// Tells people by mail. Any `MailTransport` will do.
struct MailNotifier: BackupNotifier {
    let name = "mail"
    let transport: any MailTransport
    let from: Mailbox
    let to: MailAddressList

    func notify(_ event: BackupEvent) async throws {
        let subject = "[backup] \(event.database): \(event.kind)"
        let message = try MailMessage(from: from, to: to, subject: subject, text: event.message)
        let receipt = try await transport.send(OutgoingMail(message), deadline: nil)
        guard receipt.isAccepted else {
            throw Settings.Problem(
                description: "\(receipt.failures.count) recipients were refused by \(transport.name)."
            )
        }
    }
}
