import GroundworkCore

/// What became of a message for one recipient, and what the server said last.
struct SMTPAnswer: Sendable, Hashable {
    var outcome: MailOutcome
    var reply: MailReply?

    /// An outcome with the reply that it holds, if it holds one.
    init(_ outcome: MailOutcome) {
        self.outcome = outcome
        reply = outcome.reply
    }

    /// What a reply that ends a message means.
    init(_ reply: SMTPReply) {
        outcome = MailOutcome(reply)
        self.reply = outcome.reply ?? MailReply(reply)
    }
}

extension SMTPTransaction {
    /// An answer for each recipient; `pending` gives the outcome of those for whom nothing final was said.
    func answers(pending: () -> MailOutcome) -> [SMTPAnswer] {
        results.map { result in
            switch result {
            case .pending: SMTPAnswer(pending())
            case .refused(let reply), .accepted(let reply): SMTPAnswer(reply)
            case .postponed(let reply): SMTPAnswer(.retryable(MailReply(reply), after: nil))
            }
        }
    }
}

extension MailOutcome {
    /// What a reply that ends a message means.
    init(_ reply: SMTPReply) {
        if reply.isPositive {
            self = .accepted(id: reply.queueID)
        } else if reply.isPermanent {
            self = .rejected(MailReply(reply))
        } else {
            self = .retryable(MailReply(reply), after: nil)
        }
    }
}

extension MailReply {
    /// The reply without its enhanced code in each line (RFC 2034, section 4); of long text the beginning.
    init(_ reply: SMTPReply) {
        let enhanced = reply.enhancedCode
        let mark = enhanced.map { "\($0)" }
        let lines = reply.lines.map { line in
            guard let mark, line.utf8.starts(with: mark.utf8) else { return line }
            return line.dropFirst(mark.count).drop { $0 == " " }
        }
        let text = lines.joined(separator: "\n")
        let kept = String(decoding: text.utf8.prefix(Self.longestText), as: UTF8.self)
        self.init(code: reply.code, enhancedCode: enhanced, text: kept)
    }

    private static let longestText = 2048
}

extension SMTPReply {
    /// 552 to `RCPT` is an old way to say that there are too many recipients, and as good as 452 (RFC 5321, section
    /// 4.5.3.1.10), unless the enhanced code says that the message is too large.
    var isAboutRecipientCount: Bool {
        guard code == 552 else { return false }
        guard let enhanced = enhancedCode else { return true }
        return enhanced != EnhancedStatusCode(5, 2, 3) && enhanced != EnhancedStatusCode(5, 3, 4)
    }

    /// The enhanced status code that the text begins with, if it is one of the same class as the code.
    package var enhancedCode: EnhancedStatusCode? {
        let word = text.utf8.prefix { $0 != 0x20 && $0 != 0x0A }
        guard let code = EnhancedStatusCode(Substring(word)), code.category == self.code / 100 else { return nil }
        return code
    }

    /// The name under which the server keeps the message, as Postfix (`queued as …`) and Exim (`id=…`) give it.
    package var queueID: String? {
        let bytes = Array(text.utf8)
        for mark in Self.queueMarks {
            guard let start = Self.end(of: mark, in: bytes) else { continue }
            let word = bytes[start...].prefix { $0.isAlphanumeric || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }
            if (1...128).contains(word.count) { return String(decoding: word, as: UTF8.self) }
        }
        return nil
    }

    private static let queueMarks = [Array("queued as ".utf8), Array("id=".utf8)]

    /// The place behind the first occurrence of `mark`.
    private static func end(of mark: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= mark.count else { return nil }
        for start in 0...bytes.count - mark.count where bytes[start] == mark[0] {
            if bytes[start..<start + mark.count].elementsEqual(mark) { return start + mark.count }
        }
        return nil
    }
}
