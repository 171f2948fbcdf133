/// Why a dialogue with a server did not come about or ended before its time.
package struct SMTPFailure: Error, Sendable, CustomStringConvertible {
    /// The kind of failure. The set is open: a `switch` needs a `default`.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        package let description: String

        private init(_ name: String) { description = name }

        /// Nothing answers, or the name does not resolve.
        package static let connectionFailed = Code("connectionFailed")
        /// The server went away.
        package static let connectionLost = Code("connectionLost")
        /// A step took longer than it may.
        package static let timedOut = Code("timedOut")
        /// The server does not want to serve: at its greeting, or with 421 at any time.
        package static let refused = Code("refused")
        /// What the server sent is no reply, or a reply at the wrong time.
        package static let protocolViolation = Code("protocolViolation")
        /// TLS is required and the server does not offer it.
        package static let tlsUnavailable = Code("tlsUnavailable")
        /// The TLS handshake failed.
        package static let tlsFailed = Code("tlsFailed")
        /// The server's certificate is not trusted, or is for another host.
        package static let certificateRejected = Code("certificateRejected")
        /// There are credentials, and no TLS to send them through.
        package static let credentialsNeedTLS = Code("credentialsNeedTLS")
        /// The server refuses the credentials.
        package static let authenticationFailed = Code("authenticationFailed")
        /// The server offers no mechanism that fits the credentials.
        package static let authenticationUnavailable = Code("authenticationUnavailable")
        /// The message cannot be sent as it is, or its content could not be read.
        package static let unsendableMessage = Code("unsendableMessage")
        /// The server takes no such message, as far as it has said; another one may.
        package static let unsuitableServer = Code("unsuitableServer")
        /// The message is larger than the server takes; another one may take it.
        package static let tooLarge = Code("tooLarge")
        /// The server refuses the sender, and with it whoever uses this account.
        package static let senderRefused = Code("senderRefused")
        /// The transport was shut down.
        package static let shutDown = Code("shutDown")
        /// Too many messages wait already.
        package static let overloaded = Code("overloaded")
        /// The deadline passed before anything was sent.
        package static let deadlineExceeded = Code("deadlineExceeded")
    }

    package let code: Code
    /// A full sentence that names the server and, where there is one, the fix.
    package let message: String
    /// What the server said, if it said anything.
    package let reply: SMTPReply?

    package init(_ code: Code, _ message: String, reply: SMTPReply? = nil) {
        self.code = code
        self.message = message
        self.reply = reply
    }

    /// Whether another try, later or elsewhere, may succeed without anybody mending anything.
    package var isTransient: Bool {
        switch code {
        case .connectionFailed, .connectionLost, .timedOut, .protocolViolation, .overloaded, .deadlineExceeded: true
        case .refused, .authenticationFailed, .tlsUnavailable: reply?.isTransient ?? false
        default: false
        }
    }

    package var description: String { "\(code): \(message)" }
}
