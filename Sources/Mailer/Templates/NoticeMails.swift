/// Tells the owner of an account that something about its security changed.
public struct SecurityNoticeMail: MailTemplate {
    /// `notice`.
    public let name = "notice"
    /// What happened, in the receiver's language, such as "a new sign-in".
    public var event: String
    /// Facts, such as time, place and device.
    public var details: [(name: String, value: String)]
    /// The page of the account's security.
    public var link: MailLink

    /// Takes what happened.
    public init(event: String, details: [(name: String, value: String)] = [], link: MailLink) {
        self.event = event
        self.details = details
        self.link = link
    }

    /// What the mail says.
    public func content(_ context: MailTemplateContext) -> MailContent {
        let values = ["event": event]
        var blocks: [MailContent.Block] = [
            .heading(context.phrase(.heading(name), values)), .text(context.phrase(.body(name), values)),
        ]
        if !details.isEmpty { blocks.append(.table(details)) }
        blocks += [.button(context.phrase(.button(name), values), link), .note(context.phrase(.ignore(name), values))]
        return MailContent(subject: context.phrase(.subject(name), values), blocks: blocks)
    }
}

/// Greets somebody whose account is ready.
public struct WelcomeMail: MailTemplate {
    /// `welcome`.
    public let name = "welcome"
    /// What the person is called.
    public var personName: String
    /// Where the app begins.
    public var link: MailLink

    /// Takes a name and a page.
    public init(personName: String, link: MailLink) {
        self.personName = personName
        self.link = link
    }

    /// What the mail says.
    public func content(_ context: MailTemplateContext) -> MailContent {
        let values = ["name": personName]
        return MailContent(
            subject: context.phrase(.subject(name), values),
            blocks: [
                .heading(context.phrase(.heading(name), values)), .text(context.phrase(.body(name), values)),
                .button(context.phrase(.button(name), values), link),
            ]
        )
    }
}
