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
