/// What a server offers, as ``SMTPTransport/check()`` found it.
public struct SMTPServerReport: Sendable, Hashable {
    /// How the server names itself, with a space for every control character.
    public var serverName: String
    /// Whether the connection goes through TLS.
    public var isSecure: Bool
    /// The largest message that it takes, in bytes; nil when it names no limit.
    public var maximumSize: Int?
    /// Whether several commands go out at once.
    public var hasPipelining: Bool
    /// Whether it takes addresses beyond ASCII.
    public var hasSMTPUTF8: Bool
    /// Whether it can be asked for delivery status notifications.
    public var hasDeliveryNotifications: Bool

    init(_ connection: SMTPConnection) {
        let capabilities = connection.capabilities
        serverName = capabilities.serverName
        isSecure = connection.isSecure
        maximumSize = capabilities.maximumSize
        hasPipelining = capabilities.pipelining
        hasSMTPUTF8 = capabilities.smtpUTF8
        hasDeliveryNotifications = capabilities.deliveryNotifications
    }
}
