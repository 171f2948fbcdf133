extension SMTPTransaction {
    /// How the server says what became of the content.
    package enum FinalReplies: Sendable, Hashable {
        /// One reply for all recipients (RFC 5321).
        case one
        /// One for each recipient that it took, in their order (LMTP: RFC 2033, section 4.2).
        case onePerRecipient
    }

    /// How the content goes out.
    package enum ContentMode: Sendable, Hashable {
        /// Behind `DATA` and its consent, with a dot at its end (RFC 5321, section 4.1.1.4).
        case data
        /// In chunks, each behind `BDAT` and its size and with a reply of its own (RFC 3030, section 2): nothing is
        /// stuffed, and no consent is waited for. The driver in this package uses `DATA`.
        case chunks
    }

    /// The command for a chunk of the content, which goes out before it. With PIPELINING further ones may follow before
    /// the replies have come.
    /// - Parameters:
    ///   - size: of the chunk, in bytes; 0 with `isLast` ends the content.
    ///   - isLast: nothing follows: from now on the server may have the message.
    package mutating func chunk(of size: Int, isLast: Bool) -> [UInt8] {
        sentChunks += 1
        isContentSent = isContentSent || isLast
        return Array("BDAT \(max(0, size))\(isLast ? " LAST" : "")\r\n".utf8)
    }

    /// A reply to a chunk. The first refusal is for the whole content; those to the chunks on their way behind it say
    /// nothing more (RFC 3030, section 2), unless the server takes the last one: then it has the message.
    mutating func receivedForChunk(_ reply: SMTPReply) throws(SMTPFailure) -> Action {
        guard !reply.isIntermediate else { throw unexpected(reply) }
        if answeredChunks == sentChunks {
            // LMTP's further replies to the last one.
            guard isContentSent, finalReplies == .onePerRecipient else { throw unexpected(reply) }
            return try receivedFinal(reply)
        }
        answeredChunks += 1
        let isRefusedBefore = refusedChunk != nil
        if !reply.isPositive, !isRefusedBefore { refusedChunk = reply }
        guard answeredChunks == sentChunks else { return .wait }
        if isContentSent, reply.isPositive || !isRefusedBefore {
            let action = try receivedFinal(reply)
            // After a refused chunk the server's state is uncertain until it is told to forget it all.
            needsReset = !reply.isPositive
            return action
        }
        guard let refusedChunk else { return .sendContent }
        settle(refusedChunk)
        needsReset = true
        return finish()
    }
}
