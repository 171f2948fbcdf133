import GroundworkSockets

/// A connection on which messages can be sent. One task at a time uses it.
struct SMTPConnection: Sendable {
    let stream: any ByteStream
    /// The server's name, for messages.
    let host: String
    let capabilities: SMTPCapabilities
    let timeouts: SMTPTimeouts
    let isSecure: Bool
    /// How many messages may be begun on it.
    let maximumMessages: Int
    private var parser = SMTPReplyParser()
    /// How many messages were begun on it.
    var messageCount = 0
    /// Whether the server still knows something of the last message.
    var needsReset = false
    /// Whether another message may follow.
    var isUsable = true

    init(
        _ stream: any ByteStream,
        _ configuration: SMTPConfiguration,
        _ capabilities: SMTPCapabilities,
        isSecure: Bool
    ) {
        self.isSecure = isSecure
        self.stream = stream
        self.capabilities = capabilities
        host = configuration.host
        timeouts = configuration.timeouts
        maximumMessages = max(1, configuration.maximumMessagesPerConnection)
    }

    /// Whether the server has sent more than was read so far.
    var hasBufferedBytes: Bool { parser.hasBufferedBytes }

    func write(_ bytes: [UInt8]) async throws {
        try await Self.translate(host, "to take what was sent") {
            try await stream.write(bytes, deadline: .now + timeouts.block)
        }
    }

    /// The next reply.
    mutating func reply(within limit: Duration) async throws -> SMTPReply {
        try await Self.reply(from: stream, &parser, host: host, deadline: .now + limit)
    }

    /// The next reply; the time is for all of it, however it comes.
    static func reply(
        from stream: any ByteStream,
        _ parser: inout SMTPReplyParser,
        host: String,
        deadline: ContinuousClock.Instant
    ) async throws -> SMTPReply {
        while true {
            do throws(SMTPReplyError) {
                if let reply = try parser.next() { return reply }
            } catch {
                throw SMTPFailure(.protocolViolation, "What \(host) sent is no SMTP reply: \(error).")
            }
            let bytes = try await translate(host, "to reply") {
                try await stream.read(upTo: 4096, deadline: deadline)
            }
            guard !bytes.isEmpty else {
                throw SMTPFailure(.connectionLost, "\(host) closed the connection without replying.")
            }
            parser.feed(bytes)
        }
    }

    /// What has come without being asked for: nil when nothing has and the connection stands.
    ///
    /// An unused connection that the server ended, or is about to end (421), shows it here.
    /// - Parameter limit: how long the rest of a reply is waited for whose beginning has come.
    mutating func unaskedReply(restWithin limit: Duration) async throws -> SMTPReply? {
        do {
            return try await reply(within: .zero)
        } catch let failure as SMTPFailure where failure.code == .timedOut {
            guard parser.hasBufferedBytes else { return nil }
            return try await reply(within: limit)
        }
    }

    /// Whether a connection that lay unused still stands: nothing may have come on it.
    mutating func isFresh() async -> Bool {
        do { return try await unaskedReply(restWithin: .zero) == nil } catch { return false }
    }

    /// Asks whether the server still serves (RFC 5321, section 4.1.1.9).
    mutating func noop() async throws {
        try await write(Array("NOOP\r\n".utf8))
        let reply = try await reply(within: timeouts.command)
        guard reply.isPositive else { throw SMTPFailure(.refused, "\(host) does not serve: \(reply).", reply: reply) }
    }

    /// Takes leave (RFC 5321, section 4.1.1.10) and closes.
    mutating func quit() async {
        if isUsable, !parser.hasBufferedBytes {
            do {
                let deadline = ContinuousClock.now + timeouts.quit
                try await stream.write(Array("QUIT\r\n".utf8), deadline: deadline)
                _ = try await Self.reply(from: stream, &parser, host: host, deadline: deadline)
            } catch {
                // Nothing depends on it.
            }
        }
        isUsable = false
        stream.close()
    }

    /// Runs a call on sockets and gives its error the words of this layer.
    static func translate<Value>(
        _ host: String,
        _ expected: String,
        _ body: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await body()
        } catch let error as SocketError {
            throw SMTPFailure(error, host: host, expected: expected)
        }
    }
}

extension SMTPFailure {
    init(_ error: SocketError, host: String, expected: String) {
        switch error.code {
        case .timedOut: self.init(.timedOut, "\(host) took too long \(expected).")
        case .nameResolutionFailed, .connectionFailed: self.init(.connectionFailed, error.message)
        case .certificateRejected: self.init(.certificateRejected, error.message)
        case .tlsFailed, .invalidConfiguration: self.init(.tlsFailed, error.message)
        default: self.init(.connectionLost, "The connection to \(host) was lost: \(error.message)")
        }
    }
}
