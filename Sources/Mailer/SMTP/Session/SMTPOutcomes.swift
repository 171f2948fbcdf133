import GroundworkCore

extension SMTPTransaction {
    /// An outcome for each recipient; `pending` gives that of those for whom nothing final was said.
    func outcomes(pending: () -> MailOutcome) -> [MailOutcome] {
        results.map { result in
            switch result {
            case .pending: pending()
            case .refused(let reply), .accepted(let reply): MailOutcome(reply)
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
    /// The enhanced status code that the text begins with, if it is one of the same class as the code.
    package var enhancedCode: EnhancedStatusCode? {
        let word = text.utf8.prefix { $0 != 0x20 && $0 != 0x0A }
        guard let code = EnhancedStatusCode(Substring(word)), code.category == self.code / 100 else { return nil }
        return code
    }

    /// The name under which the server keeps the message, as Postfix (`queued as …`) and Exim (`id=…`) give it.
    package var queueID: String? {
        for mark in ["queued as ", "id="] {
            guard let range = text.firstRange(of: mark) else { continue }
            let word = text[range.upperBound...].utf8.prefix { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || byte == 0x2D || byte == 0x2E || byte == 0x5F
            }
            if (1...128).contains(word.count) { return String(Substring(word)) }
        }
        return nil
    }
}
