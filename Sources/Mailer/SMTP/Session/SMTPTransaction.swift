/// One message's part of the dialogue (RFC 5321, section 3.3): `RSET` where the last message left a rest, `MAIL`, each
/// `RCPT`, `DATA`, the content. A value without input or output: replies go in, actions come out.
///
/// With PIPELINING (RFC 2920) the commands go out in groups; without, one by one. A group is bounded, since a server
/// that cannot send its replies stops reading.
package struct SMTPTransaction: Sendable {
    /// What to do next.
    package enum Action: Sendable, Equatable {
        /// Wait for the next reply.
        case wait
        /// Send these bytes, then wait for a reply.
        case send([UInt8])
        /// Call ``SMTPTransaction/contentEnds()``, send the content with its end, then wait for a reply.
        case sendContent
        /// The message is done with; see ``SMTPTransaction/results``.
        case finished
    }

    /// How far one recipient has come.
    package enum Result: Sendable, Hashable {
        /// Nothing final was said yet.
        case pending
        /// Refused alone, or with all others.
        case refused(SMTPReply)
        /// The server took the message for this recipient.
        case accepted(SMTPReply)
    }

    private enum Step {
        case reset, mail, recipient(Int), data
    }

    /// The most commands that are under way at once.
    static let largestGroup = 100

    /// How the server says what became of the content.
    package enum FinalReplies: Sendable, Hashable {
        /// One reply for all recipients (RFC 5321).
        case one
        /// One for each recipient that it took, in their order (LMTP: RFC 2033, section 4.2).
        case onePerRecipient
    }

    private let commands: SMTPEnvelopeCommands
    private let finalReplies: FinalReplies
    private let window: Int
    /// 1 when the dialogue begins with `RSET`.
    private let offset: Int
    private let commandCount: Int
    private var sent = 0
    private var answered = 0
    private var mailReply: SMTPReply?
    private var isContentDue = false
    /// Whether the end of the content went out, or began to.
    private(set) package var isContentSent = false
    /// The server took `DATA` with nobody to send to; only the end is sent (RFC 2920, section 3.1).
    private var isEmptyContent = false
    private(set) package var results: [Result]
    /// How many results are pending.
    private var pendingCount: Int
    /// Whether the server still knows something of this message when the next one begins.
    private(set) package var needsReset = false
    /// Whether the server said that it ends the connection.
    private(set) package var isClosing = false

    /// - Parameters:
    ///   - afterReset: begins with `RSET`, since the message before left a rest.
    ///   - finalReplies: how the server says what became of the content.
    package init(
        _ commands: SMTPEnvelopeCommands,
        pipelining: Bool,
        afterReset: Bool,
        finalReplies: FinalReplies = .one
    ) {
        self.commands = commands
        self.finalReplies = finalReplies
        window = pipelining ? Self.largestGroup : 1
        offset = afterReset ? 1 : 0
        commandCount = offset + commands.envelope.recipients.count + 2
        pendingCount = commands.envelope.recipients.count
        results = Array(repeating: .pending, count: pendingCount)
    }

    /// Whether every command went out at once: only then can the message before still be under way.
    package var isSentWhole: Bool { sent == commandCount }

    /// Whether no reply has come yet.
    package var isUnanswered: Bool { answered == 0 && !isContentSent }

    /// The bytes to begin with.
    package mutating func begin() -> [UInt8] {
        var output: [UInt8] = []
        appendGroup(to: &output)
        return output
    }

    /// What the next reply answers.
    package enum Awaited: Sendable, Hashable {
        case command, data, endOfData
    }

    /// What the next reply answers.
    package var awaited: Awaited {
        if isContentSent { return .endOfData }
        return answered == commandCount - 1 ? .data : .command
    }

    /// Appends the bytes to begin with.
    package mutating func begin(to output: inout [UInt8]) { appendGroup(to: &output) }

    /// Takes the next reply that is for this message.
    /// - Throws: ``SMTPFailure`` with ``SMTPFailure/Code/protocolViolation``; the connection is of no more use.
    package mutating func received(_ reply: SMTPReply) throws(SMTPFailure) -> Action {
        if reply.closesConnection {
            isClosing = true
            settle(reply)
            return .finished
        }
        if isContentSent {
            guard !reply.isIntermediate else { throw unexpected(reply) }
            switch finalReplies {
            case _ where isEmptyContent: break
            case .one: settle(reply)
            case .onePerRecipient:
                settleNext(reply)
                if pendingCount > 0 { return .wait }
            }
            needsReset = false
            return finish()
        }
        guard answered < sent, !isContentDue else { throw unexpected(reply) }
        let step = step(answered)
        answered += 1
        if case .data = step { return try receivedData(reply) }
        guard !reply.isIntermediate else { throw unexpected(reply) }
        switch step {
        case .mail:
            mailReply = reply
            needsReset = reply.isPositive
        case .recipient(let index):
            if !reply.isPositive {
                results[index] = .refused(reply)
                pendingCount -= 1
            }
        case .reset:
            guard reply.isPositive else { throw unexpected(reply) }
        case .data: break
        }
        guard answered == sent else { return .wait }
        if let mailReply, !mailReply.isPositive || pendingCount == 0, sent < commandCount {
            // Nothing of what was not sent yet would help.
            return finish()
        }
        var output: [UInt8] = []
        appendGroup(to: &output)
        return .send(output)
    }

    /// The content's end is about to go out: from now on the server may have the message.
    package mutating func contentEnds() { isContentSent = true }

    private mutating func receivedData(_ reply: SMTPReply) throws(SMTPFailure) -> Action {
        let isWelcome = mailReply?.isPositive == true && pendingCount > 0
        if reply.code == 354 {
            isContentDue = true
            if isWelcome { return .sendContent }
            // LMTP has no reply to a content that is for nobody, and refuses DATA then.
            guard finalReplies == .one else { throw unexpected(reply) }
            isEmptyContent = true
            isContentSent = true
            return .send(Array(".\r\n".utf8))
        }
        guard reply.isTransient || reply.isPermanent else { throw unexpected(reply) }
        if isWelcome { settle(reply) }
        return finish()
    }

    private mutating func finish() -> Action {
        if let mailReply, !mailReply.isPositive { results = results.map { _ in .refused(mailReply) } }
        return .finished
    }

    /// The same reply for all recipients that have none.
    private mutating func settle(_ reply: SMTPReply) {
        for index in results.indices where results[index] == .pending {
            results[index] = reply.isPositive && isContentSent ? .accepted(reply) : .refused(reply)
        }
        pendingCount = 0
    }

    /// The reply for the first recipient that has none.
    private mutating func settleNext(_ reply: SMTPReply) {
        guard let index = results.firstIndex(of: .pending) else { return }
        results[index] = reply.isPositive ? .accepted(reply) : .refused(reply)
        pendingCount -= 1
    }

    private func step(_ index: Int) -> Step {
        switch index - offset {
        case -1: .reset
        case 0: .mail
        case commandCount - offset - 1: .data
        case let position: .recipient(position - 1)
        }
    }

    private mutating func appendGroup(to output: inout [UInt8]) {
        for _ in 0..<min(window, commandCount - sent) {
            switch step(sent) {
            case .reset: output.append(contentsOf: "RSET\r\n".utf8)
            case .mail: commands.appendMail(to: &output)
            case .recipient(let index): commands.appendRecipient(index, to: &output)
            case .data: output.append(contentsOf: "DATA\r\n".utf8)
            }
            sent += 1
        }
    }

    private func unexpected(_ reply: SMTPReply) -> SMTPFailure {
        SMTPFailure(
            .protocolViolation,
            "The server sent a reply that does not fit the command: \(reply.code).",
            reply: reply
        )
    }
}
