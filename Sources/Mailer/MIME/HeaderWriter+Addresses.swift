extension HeaderWriter {
    /// A field of addresses; nothing at all for an empty list.
    mutating func addresses(_ name: String, _ list: MailAddressList) {
        guard !list.isEmpty else { return }
        begin(name)
        for (index, entry) in list.entries.enumerated() {
            if index > 0 { append(",") }
            switch entry {
            case .mailbox(let mailbox): self.mailbox(mailbox)
            case .group(let group): self.group(group)
            }
        }
        end()
    }

    /// A field of one mailbox.
    mutating func address(_ name: String, _ mailbox: Mailbox) {
        begin(name)
        self.mailbox(mailbox)
        end()
    }

    private mutating func mailbox(_ mailbox: Mailbox) {
        guard let name = mailbox.name else {
            let address = mailbox.address.wireText
            space(before: address.utf8.count + Self.separatorsLength)
            append(address)
            return
        }
        phrase(name)
        let address = mailbox.address.wireText
        space(before: address.utf8.count + 2 + Self.separatorsLength)
        append("<")
        append(address)
        append(">")
    }

    private mutating func group(_ group: MailGroup) {
        let isEncoded = phrase(group.name)
        // White space stands behind every encoded word (RFC 2047, section 5, rule 3).
        if isEncoded { space(before: 1 + Self.separatorsLength) }
        append(":")
        for (index, member) in group.members.enumerated() {
            if index > 0 { append(",") }
            mailbox(member)
        }
        append(";")
    }

    private static let longestPlainWord = 60
    /// What may stand right behind an address: the end of its group and a comma.
    private static let separatorsLength = 2

    /// A name: atoms as they are, other ASCII in quotes, the rest as encoded words (RFC 5322, section 3.2.5).
    /// - Returns: whether it was written as encoded words.
    @discardableResult
    private mutating func phrase(_ name: String) -> Bool {
        // A reader decodes what looks like an encoded word even inside quotes. Quotes are not folded, so they are short.
        guard MailText.isASCII(name), name.firstRange(of: "=?") == nil else {
            EncodedWord.append(name[...], to: &self)
            return true
        }
        let atoms = name.split(separator: " ")
        if QuotedText.isPhraseOfAtoms(name), atoms.allSatisfy({ $0.utf8.count <= Self.longestPlainWord }) {
            for atom in atoms { word(String(atom)) }
        } else if name.utf8.count <= Self.longestPlainWord {
            word(QuotedText.quoted(name))
        } else {
            EncodedWord.append(name[...], to: &self)
            return true
        }
        return false
    }
}
