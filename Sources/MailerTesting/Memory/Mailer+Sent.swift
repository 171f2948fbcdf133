public import Mailer

extension Mailer {
    /// The mails that arrived at the mailer's transports in memory, in the order of the transports; those of other transports
    /// are not known here.
    ///
    ///     try await mailer.sendVerificationEmail(to: "ada@example.org", token: "s3cret")
    ///     #expect(try mailer.sent.single.links.contains("https://shop.example.org/verify-email?token=s3cret"))
    public var sent: SentMails {
        SentMails(
            mails: delivery.routes.compactMap { $0.transport as? InMemoryMailTransport }.flatMap { Array($0.sent) }
        )
    }
}
