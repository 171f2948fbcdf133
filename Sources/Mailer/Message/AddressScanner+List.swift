extension AddressScanner {
    /// What stands between two commas.
    enum Item {
        case mailbox(Mailbox)
        case group(MailGroup)
    }

    /// A word of a name, or what may turn out to be a local part.
    struct Word {
        var text: String
        var isQuoted = false
        /// Whether it has a fold between its quotes.
        var isFolded = false
    }

    /// One mailbox or one group, and the white space and comments around it.
    mutating func item(allowingGroups: Bool) throws(AddressFault) -> Item {
        try skipSpaceAndComments()
        var words: [Word] = []
        while let byte = current {
            switch byte {
            case 0x22: words.append(try quotedWord())
            case 0x3C: return .mailbox(try angleAddress(name: Self.phrase(words)))
            case 0x40: return .mailbox(try plainAddress(words))
            case 0x3A:
                guard allowingGroups else { throw fault("a group is not expected here") }
                return .group(try group(name: Self.phrase(words)))
            default:
                let word = atomWithPoints()
                guard !word.isEmpty else { throw fault("a character here needs quotes") }
                words.append(Word(text: word))
            }
            try skipSpaceAndComments()
        }
        throw fault("an address is expected here")
    }

    /// The words of a name. A tab between quotes is as good as a space there; in a local part it is refused.
    private static func phrase(_ words: [Word]) -> String {
        let text = words.map(\.text).joined(separator: " ")
        return String(decoding: text.utf8.map { $0 == 0x09 ? 0x20 : $0 }, as: UTF8.self)
    }

    private mutating func quotedWord() throws(AddressFault) -> Word {
        let start = position
        let text = String(decoding: try quotedString(isFolded: true), as: UTF8.self)
        return Word(text: text, isQuoted: true, isFolded: bytes[start..<position].contains(0x0D))
    }

    private mutating func atomWithPoints() -> String {
        let start = position
        while let byte = current, byte.isAtomText || byte == 0x2E { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func angleAddress(name: String) throws(AddressFault) -> Mailbox {
        position += 1
        try skipRoute()
        let address = try addressSpecification(allowingObsolete: true)
        guard take(0x3E) else { throw fault("the closing angle bracket is missing") }
        try skipSpaceAndComments()
        return try Mailbox(checking: name, address)
    }

    private mutating func plainAddress(_ words: [Word]) throws(AddressFault) -> Mailbox {
        let local = try localPart(words)
        return try Mailbox(checking: "", addressSpecification(localPart: local, allowingObsolete: true))
    }

    /// Words with single points between them.
    private func localPart(_ words: [Word]) throws(AddressFault) -> String {
        var result = ""
        var needsWord = true
        for word in words {
            // As between angle brackets: it goes over the wire, where there is no fold.
            guard !word.isFolded else { throw fault("what stands before the @ has a line end") }
            let atoms =
                word.isQuoted ? [word.text[...]] : word.text.split(separator: ".", omittingEmptySubsequences: false)
            for (index, atom) in atoms.enumerated() {
                if index > 0 {
                    guard !needsWord else { throw fault("what stands before the @ is no local part") }
                    result += "."
                    needsWord = true
                }
                if atom.isEmpty, !word.isQuoted { continue }
                guard needsWord else { throw fault("what stands before the @ is no local part") }
                result += atom
                needsWord = false
            }
        }
        guard !needsWord else { throw fault("what stands before the @ is no local part") }
        return result
    }

    private mutating func group(name: String) throws(AddressFault) -> MailGroup {
        position += 1
        guard !name.isEmpty else { throw fault("a group has no name") }
        var members: [Mailbox] = []
        repeat {
            try skipEmptyMembers()
            if isAtEnd || current == 0x3B { break }
            guard members.count < MailAddressList.maximumCount else {
                throw AddressFault("there are more than \(MailAddressList.maximumCount)", code: .limitExceeded)
            }
            guard case .mailbox(let mailbox) = try item(allowingGroups: false) else {
                throw fault("a group is not expected here")
            }
            members.append(mailbox)
        } while take(0x2C)
        guard take(0x3B) else { throw fault("a group is not closed by a semicolon") }
        try skipSpaceAndComments()
        return try MailGroup(checking: name, members)
    }
}
