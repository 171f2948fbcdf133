/// How long each step of a dialogue may take, whatever the server does meanwhile: a reply that comes byte by byte is as
/// late as one that does not come. The deadline of a send bounds them all.
///
/// The defaults are those of RFC 5321, section 4.5.3.2, where it names any; shorter ones lose mail with slow servers.
public struct SMTPTimeouts: Sendable, Hashable {
    /// Name look-up and connection, all addresses together; and as long again for a token to log in with.
    public var connect = Duration.seconds(30)
    /// The TLS handshake.
    public var handshake = Duration.seconds(30)
    /// The server's greeting.
    public var greeting = Duration.seconds(300)
    /// The reply to `EHLO`, `STARTTLS`, `AUTH`, `MAIL`, `RCPT` and `RSET`.
    public var command = Duration.seconds(300)
    /// The reply to `DATA`.
    public var data = Duration.seconds(120)
    /// Each block of the content.
    public var block = Duration.seconds(180)
    /// The reply to the end of the content. The server does its work then.
    public var endOfData = Duration.seconds(600)
    /// The reply to `QUIT`; nothing depends on it.
    public var quit = Duration.seconds(2)

    /// The defaults.
    public init() {}
}
