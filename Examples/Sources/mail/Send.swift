import ArgumentParser
import FoundationEssentials
import Mailer
import Terminal

/// Sends one mail.
struct Send: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Send one of the built-in mails, or a message of your own.",
        discussion: """
            mail send --to ada@example.org                               the mail that verifies an address
            mail send --to ada@example.org --template reset --locale de
            mail send --to ada@example.org --subject Hello --text note.txt --html note.html --attach report.pdf

            The token of a link is read from a file, never from the command line, where others see it; without one it is \
            a sample.
            """
    )

    enum Template: String, ExpressibleByArgument, CaseIterable { case verify, reset, magic, change, notice, welcome }

    @Option(help: ArgumentHelp("Who gets it; several addresses with commas between them.", valueName: "addresses"))
    var to: String

    @Option(help: "Which of the built-in mails.")
    var template: Template?

    @Option(help: "The receiver's language, such as de.")
    var locale: String?

    @Option(help: ArgumentHelp("A file with the token of the link; - is standard input.", valueName: "file"))
    var tokenFile: String?

    @Option(help: "The subject of a message of your own.")
    var subject: String?

    @Option(help: ArgumentHelp("A file with its plain text; - is standard input.", valueName: "file"))
    var text: String?

    @Option(help: ArgumentHelp("A file with its HTML.", valueName: "file"))
    var html: String?

    @Option(help: ArgumentHelp("A file that goes with it; may be said several times.", valueName: "file"))
    var attach: [String] = []

    @Option(help: "Give up after this many seconds.")
    var timeout = 120

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        let isOwn = subject != nil || text != nil || html != nil || !attach.isEmpty
        if isOwn, template != nil { throw ValidationError("Say --template or a message of your own, not both.") }
        if isOwn, subject == nil { throw ValidationError("A message of your own needs a --subject.") }
        if isOwn, text == nil, html == nil { throw ValidationError("A message of your own needs --text or --html.") }
        guard (1...3600).contains(timeout) else { throw ValidationError("--timeout is 1 to 3600 seconds.") }
    }

    func run() async throws {
        let arguments = self
        try await reportingErrors(json: json) {
            let mailer = try makeMailer()
            var messages: [MailMessage] = []
            let receivers = try arguments.receivers()
            if arguments.subject != nil {
                messages = [try arguments.ownMessage(mailer, receivers)]
            } else {
                // A link is for one person: each gets a mail of its own.
                for receiver in receivers.mailboxes { messages.append(try arguments.builtIn(mailer, receiver)) }
            }
            var receipts: [MailReceipt] = []
            for message in messages {
                do {
                    receipts.append(try await mailer.send(message, timeout: .seconds(arguments.timeout)))
                } catch {
                    // What went out before is said first.
                    if !arguments.json { try? arguments.report(receipts) }
                    for recipient in receipts.flatMap(\.recipients) where arguments.json {
                        Console.note("mail: \(Format.line(recipient.address.wireText)): \(recipient.outcome.words)")
                    }
                    throw error
                }
            }
            try arguments.report(receipts)
        }
    }

    private func receivers() throws -> MailAddressList {
        do { return try MailAddressList(to) } catch { throw ValidationError("--to: \(error.message)") }
    }

    private func ownMessage(_ mailer: Mailer, _ receivers: MailAddressList) throws -> MailMessage {
        var message = try MailMessage(from: mailer.configuration.from, to: receivers, subject: subject ?? "")
        if let text { message.text = try Inputs.text(of: text) }
        if let html { message.html = try Inputs.text(of: html) }
        message.locale = try locale.map { try MailLocale($0) }
        message.attachments = try attach.map { path in
            let name = path.split(separator: "/").last.map(String.init) ?? path
            do { return try MailAttachment(fileName: name, content: .file(path)) } catch let error as MailError {
                throw error
            } catch {
                throw ValidationError("The file \(path) cannot be read.")
            }
        }
        return message
    }

    private func builtIn(_ mailer: Mailer, _ receiver: Mailbox) throws -> MailMessage {
        let locale = try locale.map { try MailLocale($0) }
        guard let brand = mailer.configuration.brand else { throw ValidationError("APP_NAME and APP_URL are not set.") }
        let (app, links) = (brand.appURL, mailer.configuration.links)
        func message(_ template: some MailTemplate) throws -> MailMessage {
            try mailer.message(template, to: receiver, locale: locale)
        }
        func secret(_ link: Mailer.Configuration.Links.Link) throws -> SecretLink {
            try SecretLink(token: try token(), appURL: app, path: link.path, lifetime: link.lifetime)
        }
        switch template ?? .verify {
        case .verify: return try message(VerificationMail(try secret(links.verification)))
        case .reset: return try message(PasswordResetMail(try secret(links.passwordReset)))
        case .magic: return try message(MagicLinkMail(try secret(links.magicLink)))
        case .change:
            return try message(EmailChangeMail(try secret(links.emailChange), newAddress: receiver.address))
        case .notice:
            let link = try app.link(path: links.security)
            return try message(SecurityNoticeMail(event: "a sign-in from a new device", link: link))
        case .welcome:
            let name = receiver.name ?? receiver.address.localPart
            return try message(WelcomeMail(personName: name, link: try app.link(path: [])))
        }
    }

    private func token() throws -> Secret<String> {
        guard let tokenFile else {
            // A new one each time: the same token is the same mail, which is not sent twice.
            return Secret("sample-\(UUID().uuidString.lowercased())")
        }
        let text = try Inputs.text(of: tokenFile)
        return Secret(String(text.prefix { !$0.isNewline }))
    }

    private func report(_ receipts: [MailReceipt]) throws {
        let recipients = receipts.flatMap { receipt in receipt.recipients.map { (receipt, $0) } }
        if json {
            let list = recipients.map { receipt, recipient -> JSONText in
                var fields: [(String, JSONText)] = [
                    ("to", .string(recipient.address.wireText)), ("transport", .string(receipt.transport)),
                    ("messageID", .optional(receipt.messageID?.description)),
                ]
                fields += recipient.outcome.fields
                return .object(fields)
            }
            let isDone = receipts.allSatisfy(\.isAccepted)
            Console.print(JSONText.object([("ok", .boolean(isDone)), ("recipients", .array(list))]).text)
        } else {
            for (receipt, recipient) in recipients {
                let address = Format.line(recipient.address.wireText)
                Console.print("\(address): \(recipient.outcome.words), by \(receipt.transport)")
            }
        }
        if recipients.contains(where: { if case .unknown = $0.1.outcome { true } else { false } }) { throw ExitCode(3) }
        if !receipts.allSatisfy(\.isAccepted) { throw ExitCode(1) }
    }
}

extension MailOutcome {
    /// What became of it, for people.
    var words: String {
        switch self {
        case .accepted(let id): "accepted\(id.map { " as \(Format.line($0))" } ?? "")"
        case .rejected(let reply): "refused: \(reply)"
        case .retryable(let reply, _): "not accepted yet: \(reply)"
        case .unknown(let reason): "unknown, it may have been sent: \(reason)"
        }
    }

    /// What became of it, for programs.
    var fields: [(String, JSONText)] {
        switch self {
        case .accepted(let id): [("outcome", "accepted"), ("id", .optional(id))]
        case .rejected(let reply): [("outcome", "rejected"), ("reply", .string("\(reply)"))]
        case .retryable(let reply, _): [("outcome", "retryable"), ("reply", .string("\(reply)"))]
        case .unknown(let reason): [("outcome", "unknown"), ("reason", .string(reason))]
        }
    }
}
