import Mailer

// What the programs of readers bring, for the examples of the guides. Nothing here runs.

struct StartupError: Error {
    init(_ text: String) {}
}

struct MailLog {
    func note(_ id: String?, _ text: String) async {}
}

struct MailAccounts {
    func askForAnotherAddress(_ address: EnvelopeAddress?) async {}
    func stopNewsletters(_ address: EnvelopeAddress?) async {}
    func startNewsletters(_ address: EnvelopeAddress?) async {}
}
