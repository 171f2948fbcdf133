/// A message that a ``LoopbackSMTPServer`` took.
public struct LoopbackSMTPMessage: Sendable, Hashable {
    /// The address of `MAIL FROM`; empty for the null path.
    public var sender = ""
    /// The parameters of `MAIL FROM`, as sent.
    public var senderParameters: [String] = []
    /// The addresses of `RCPT TO` that were accepted.
    public var recipients: [String] = []
    /// The parameters of each of them.
    public var recipientParameters: [[String]] = []
    /// The content, without the dots that were put in for the way.
    public var content: [UInt8] = []
    /// Whether it came through TLS.
    public var isSecure = false
    /// Who had logged in.
    public var userName: String?
    /// The number of the connection, from 1.
    public var connection = 0

    /// The content as text.
    public var text: String { String(decoding: content, as: UTF8.self) }
}

/// A command that a ``LoopbackSMTPServer`` received.
public struct LoopbackSMTPCommand: Sendable, Hashable, CustomStringConvertible {
    /// The line without its end; what follows `AUTH` and its mechanism is left out.
    public var line: String
    /// The number of the connection, from 1.
    public var connection: Int
    /// The number of the packet on that connection, from 1: commands with the same number came together.
    public var packet: Int

    /// The line.
    public var description: String { line }
}
