import FoundationEssentials
import GroundworkCurl
import GroundworkHTTP
import HTTPTypes
import Mailer
import PGBackup
import Terminal

/// Who is told, as the environment says it.
enum Notifiers {
    static func all(_ environment: BackupEnvironment) throws -> BackupNotifications {
        var notifiers: [any BackupNotifier] = []
        if let webhook = environment.webhook {
            notifiers.append(try WebhookNotifier(url: text(webhook), send: send))
        }
        if let ping = environment.ping { notifiers.append(try PingNotifier(url: text(ping), send: send)) }
        if let to = environment.mailTo, let from = environment.mailFrom, let smtp = environment.smtp {
            do {
                let transport = try SMTPTransport(environment: ["SMTP_URL": smtp.withValue { $0 }])
                notifiers.append(
                    MailNotifier(transport: transport, from: try Mailbox(from), to: try MailAddressList(to))
                )
            } catch {
                throw Settings.Problem(description: "BACKUP_MAIL_TO, BACKUP_MAIL_FROM, SMTP_URL: \(error)")
            }
        }
        return BackupNotifications(notifiers)
    }

    /// Whether somebody is told of successes only, and raises the alarm when none comes.
    static func isSwitch(_ notifier: any BackupNotifier) -> Bool { notifier is PingNotifier }

    private static func text(_ url: Secret<URL>) -> Secret<String> { Secret(url.withValue { $0.absoluteString }) }

    @Sendable private static func send(_ request: NotificationRequest) async throws -> Int {
        var head = HTTPRequest(
            method: request.body.isEmpty ? .get : .post,
            scheme: request.scheme,
            authority: request.authority,
            path: request.path.withValue { $0 }
        )
        head.headerFields[.contentType] = request.contentType
        let body = request.body.isEmpty ? nil : HTTPBody.bytes(request.body)
        let answer = try await CurlHTTPTransport.shared.send(head, body: body, options: HTTPRequestOptions())
        return answer.head.status.code
    }
}

extension Settings {
    /// Who is told of a single database. Where several are configured no dead-man's switch, because one that succeeds hides
    /// none that fails.
    var notificationsOfEach: BackupNotifications {
        guard !isForOne else { return notifications }
        var some = notifications
        some.notifiers.removeAll(where: Notifiers.isSwitch)
        return some
    }

    /// Tells the dead-man's switches that all of several databases are backed up.
    /// - Returns: what was not delivered.
    func tellOfSuccess(of count: Int) async -> [NotificationFailure] {
        guard !isForOne, count > 0 else { return [] }
        var switches = notifications
        switches.notifiers.removeAll { !Notifiers.isSwitch($0) }
        let message = count == 1 ? "The only database is backed up." : "All \(count) databases are backed up."
        return await switches.deliver([BackupEvent(.succeeded, date: Date(), database: "*", message: message)])
    }

    /// Stores status pages anew, with what came to light after the runs that wrote them.
    func rewritePages(_ pages: [(backups: PostgresBackup, notices: [String])]) async {
        await withTaskGroup(of: Void.self) { group in
            for (index, page) in pages.enumerated() {
                if index >= 8 { await group.next() }
                group.addTask {
                    var options = health
                    options.notices = page.notices
                    do {
                        try await page.backups.briefly.storeStatusPage(schedule: schedule, options: options)
                    } catch {
                        Console.note(
                            "not done: the status page of \(page.backups.configuration.database) was not written: \(error)"
                        )
                    }
                }
            }
        }
    }
}
