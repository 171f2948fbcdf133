import GroundworkHTTP

/// A provider as `EMAIL_PROVIDER` names it: what it can do, and how it is made of the variables.
///
/// Another provider is a folder with its transport and its entry, and the entry's place in ``all``: nothing else knows the
/// providers by their names.
struct MailProviderEntry: Sendable {
    /// Its name in `EMAIL_PROVIDER`, in lower case.
    let name: String
    /// What it can do.
    let capabilities: MailCapabilities
    /// Whether an error advises it for what another one cannot do.
    let isAdvised: Bool
    /// Makes it of the variables; nil when one is missing or wrong, which is a problem of the environment then.
    let make: @Sendable (inout MailEnvironment, (any HTTPTransport)?) -> (any MailTransport)?

    /// Makes an entry.
    init(
        _ name: String,
        _ capabilities: MailCapabilities,
        isAdvised: Bool = true,
        make: @escaping @Sendable (inout MailEnvironment, (any HTTPTransport)?) -> (any MailTransport)?
    ) {
        self.name = name
        self.capabilities = capabilities
        self.isAdvised = isAdvised
        self.make = make
    }

    /// The library's own, in the order in which errors name them.
    static let all: [MailProviderEntry] = [.resend, .sendGrid, .smtp, .file, .maildir]
}
