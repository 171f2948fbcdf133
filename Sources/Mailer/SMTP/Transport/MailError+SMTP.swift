extension MailError {
    /// The public form of a failure.
    init(_ failure: SMTPFailure, transport: String) {
        let code: Code =
            switch failure.code {
            case .connectionFailed, .connectionLost, .timedOut: .connectionFailed
            case .refused, .overloaded, .shutDown: .unavailable
            case .protocolViolation: .unexpectedAnswer
            case .tlsUnavailable, .tlsFailed, .certificateRejected: .tlsFailed
            case .credentialsNeedTLS, .authenticationUnavailable: .invalidConfiguration
            case .authenticationFailed: .authenticationFailed
            case .unsendableMessage: .invalidMessage
            case .deadlineExceeded: .deadlineExceeded
            case .unsuitableServer: .unsupported
            case .tooLarge: .limitExceeded
            // Authentication required, too weak, wrong, or wanting encryption (RFC 4954, section 6).
            case .senderRefused where [530, 534, 535, 538].contains(failure.reply?.code): .authenticationFailed
            case .senderRefused: .senderRefused
            default: .connectionFailed
            }
        self.init(
            code,
            failure.message,
            transport: transport,
            reply: failure.reply.map { MailReply($0) },
            isRetryable: failure.isTransient
        )
    }
}

extension MailError.Code {
    /// The server lets this account, or anybody, send nothing in the name of this sender.
    public static let senderRefused = MailError.Code("senderRefused")
}

extension MailReply.Name {
    /// The server of one transport cannot take the mail for this recipient; that of another may.
    public static let unsupported = MailReply.Name("unsupported")
}
