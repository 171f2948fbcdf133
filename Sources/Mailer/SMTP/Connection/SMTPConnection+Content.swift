extension SMTPConnection {
    /// What is sent at one go.
    private static let block = 64 * 1024

    /// How long to listen for the reason when the server has broken off.
    private static let lastWords = Duration.seconds(1)

    /// Sends the content with its end, and behind it the envelope of the next message if there may be one.
    mutating func sendContent(
        of current: inout InFlight,
        before next: inout InFlight?,
        _ successor: () -> SMTPJob?
    ) async throws {
        guard !hasBufferedBytes else {
            throw SMTPFailure(.protocolViolation, "\(host) sent a reply before the content that it is for.")
        }
        var output: [UInt8] = []
        var stuffer = DotStuffer()
        switch current.job.message.content.bytes {
        case .whole(let bytes) where bytes.count <= Self.block:
            try translated { () throws(DotStuffingError) in try stuffer.append(bytes, to: &output) }
        case .whole(let bytes):
            for start in stride(from: 0, to: bytes.count, by: Self.block) {
                let chunk = Array(bytes[start..<min(bytes.count, start + Self.block)])
                try await send(chunk, with: &stuffer, &output)
            }
        case .chunks(let chunks):
            var size = 0
            for try await chunk in chunks {
                size += chunk.count
                // Of a size that was not known beforehand: the server need not read it all to refuse it.
                if let limit = capabilities.maximumSize, size > limit {
                    throw SMTPFailure.tooLarge("more than \(limit)", host: host, limit: limit)
                }
                try await send(chunk, with: &stuffer, &output)
            }
            try Task.checkCancellation()
        }
        try translated { () throws(DotStuffingError) in try stuffer.finish(to: &output) }
        let unknown = MailOutcome.unknown(reason: "The wait for the answer of \(host) ended before it came.")
        guard current.job.contentEnds(current.answers { unknown }) else { throw Abandoned() }
        current.transaction.contentEnds()
        if capabilities.pipelining, messageCount < maximumMessages, let job = firstAdmitted(successor) {
            var following = begin(job)
            following.transaction.begin(to: &output)
            next = following
        }
        try await writeOrListen(output)
    }

    private func firstAdmitted(_ successor: () -> SMTPJob?) -> SMTPJob? {
        while let job = successor() {
            if admits(job), !job.isFinished { return job }
        }
        return nil
    }

    /// Sends a chunk of the content, unless the server has said meanwhile that it wants no more.
    private mutating func send(
        _ chunk: [UInt8],
        with stuffer: inout DotStuffer,
        _ output: inout [UInt8]
    ) async throws {
        try translated { () throws(DotStuffingError) in try stuffer.append(chunk, to: &output) }
        guard output.count >= Self.block else { return }
        if let reply = try await unaskedReply(restWithin: timeouts.command) { throw early(reply) }
        try await writeOrListen(output)
        output.removeAll(keepingCapacity: true)
    }

    /// Writes; when the server is gone, its last words are worth more than the system's.
    private mutating func writeOrListen(_ bytes: [UInt8]) async throws {
        do {
            try await write(bytes)
        } catch let failure as SMTPFailure where failure.code == .connectionLost {
            guard let reply = try? await reply(within: Self.lastWords) else { throw failure }
            throw early(reply)
        }
    }

    private func early(_ reply: SMTPReply) -> any Error {
        guard reply.isTransient || reply.isPermanent else {
            return SMTPFailure(
                .protocolViolation,
                "\(host) sent a reply before the content that it is for: \(reply.code)."
            )
        }
        return EarlyReply(reply: reply)
    }

    private func translated(_ body: () throws(DotStuffingError) -> Void) throws(SMTPFailure) {
        do throws(DotStuffingError) { try body() } catch { throw SMTPFailure(.unsendableMessage, "\(error)") }
    }
}

/// The server refused the content before it had all of it.
struct EarlyReply: Error {
    let reply: SMTPReply
}
