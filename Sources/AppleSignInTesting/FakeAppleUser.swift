/// Somebody with an Apple Account.
public struct FakeAppleUser: Sendable, Hashable {
    /// The identifier that your team sees.
    public var subject: String
    /// The e-mail address; nil for accounts that give none.
    public var email: String?
    /// Whether the address is one of the relay.
    public var isPrivateEmail: Bool
    /// The given name, told at the first consent.
    public var givenName: String
    /// The family name, told at the first consent.
    public var familyName: String

    /// The identifier that the team before the transfer of the app knows; told as `transfer_sub` in identity tokens.
    public var transferSubject: String?

    /// Somebody.
    public init(
        subject: String = "001234.0123456789abcdef0123456789abcdef.0123",
        email: String? = "ada@example.com",
        isPrivateEmail: Bool = false,
        givenName: String = "Ada",
        familyName: String = "Lovelace",
        transferSubject: String? = nil
    ) {
        self.subject = subject
        self.email = email
        self.isPrivateEmail = isPrivateEmail
        self.givenName = givenName
        self.familyName = familyName
        self.transferSubject = transferSubject
    }
}
