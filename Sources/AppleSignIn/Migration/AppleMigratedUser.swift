/// A user as the receiving team sees them.
public struct AppleMigratedUser: Sendable, Hashable {
    /// The identifier in the new team: store it in the place of the old one.
    public let subject: String
    /// The address; a private one is another than in the old team, and only reaches the user from the new team's
    /// registered domains.
    public let email: String?
    /// Whether the address is one of the relay.
    public let isPrivateEmail: Bool?

    init(parsing body: [UInt8]) throws(JSONError) {
        var subject: String?
        var email: String?
        var isPrivate: Bool?
        var reader = try JSONReader(body)
        try reader.readObject { reader, key throws(JSONError) in
            switch key {
            case "sub" where try reader.peek() == .string: subject = try reader.readString(upTo: 256)
            case "email" where try reader.peek() == .string: email = try reader.readString(upTo: 512)
            case "is_private_email": isPrivate = try AppleClaims.flag(&reader)
            default: try reader.skipValue()
            }
        }
        try reader.finish()
        guard let subject, !subject.isEmpty else { throw JSONError("there is no sub", at: 0) }
        self.subject = subject
        self.email = email.flatMap { $0.isEmpty ? nil : $0 }
        isPrivateEmail = isPrivate
    }

    /// The `transfer_sub` of the answer to the old team.
    static func transferSubject(parsing body: [UInt8]) throws(JSONError) -> String {
        var transfer: String?
        var reader = try JSONReader(body)
        try reader.readObject { reader, key throws(JSONError) in
            guard "transfer_sub" ~= key, try reader.peek() == .string else { return try reader.skipValue() }
            transfer = try reader.readString(upTo: 256)
        }
        try reader.finish()
        guard let transfer, !transfer.isEmpty else { throw JSONError("there is no transfer_sub", at: 0) }
        return transfer
    }
}

// What tells of a person is not shown where values are printed. Read the properties.
extension AppleMigratedUser: CustomStringConvertible, CustomReflectable {
    /// Never who it is.
    public var description: String { "AppleMigratedUser(<redacted>)" }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
