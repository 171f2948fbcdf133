extension AddressScanner {
    /// `local@domain`; in the obsolete forms too, with comments and white space around its parts, if they are allowed.
    mutating func addressSpecification(allowingObsolete: Bool) throws(AddressFault) -> EnvelopeAddress {
        if allowingObsolete { try skipSpaceAndComments() }
        let local = try localPart(allowingObsolete)
        return try addressSpecification(localPart: local, allowingObsolete: allowingObsolete)
    }

    /// The rest of an address whose local part has been read.
    mutating func addressSpecification(
        localPart: String,
        allowingObsolete: Bool
    ) throws(AddressFault) -> EnvelopeAddress {
        if allowingObsolete { try skipSpaceAndComments() }
        guard take(0x40) else { throw fault("the @ is missing, or a character before it needs quotes") }
        if allowingObsolete { try skipSpaceAndComments() }
        let domain = try MailDomain(reading: domainText(allowingObsolete))
        if allowingObsolete { try skipSpaceAndComments() }
        return try EnvelopeAddress(checking: localPart, domain)
    }

    private mutating func localPart(_ allowingObsolete: Bool) throws(AddressFault) -> String {
        guard allowingObsolete else {
            if current == 0x22 { return String(decoding: try quotedString(), as: UTF8.self) }
            return try dotAtom(false)
        }
        // Words with points between them, each in quotes or not (`obs-local-part`).
        var result: [UInt8] = []
        while true {
            result += current == 0x22 ? try quotedString()[...] : try part()
            try skipSpaceAndComments()
            guard take(0x2E) else { return String(decoding: result, as: UTF8.self) }
            result.append(0x2E)
            try skipSpaceAndComments()
        }
    }

    /// Atoms with single points between them; around the points may be white space and comments (`obs-domain`).
    private mutating func dotAtom(_ allowingObsolete: Bool) throws(AddressFault) -> String {
        var result: [UInt8] = []
        while true {
            result += try part()
            if allowingObsolete { try skipSpaceAndComments() }
            guard take(0x2E) else { return String(decoding: result, as: UTF8.self) }
            result.append(0x2E)
            if allowingObsolete { try skipSpaceAndComments() }
        }
    }

    private mutating func part() throws(AddressFault) -> ArraySlice<UInt8> {
        let atom = atom()
        guard !atom.isEmpty else { throw fault("an address is expected here, or one of its parts is empty") }
        return atom
    }

    private mutating func domainText(_ allowingObsolete: Bool) throws(AddressFault) -> String {
        guard current == 0x5B else { return try dotAtom(allowingObsolete) }
        let start = position
        while let byte = current, byte != 0x5D, byte > 0x20, byte < 0x7F { position += 1 }
        guard take(0x5D) else { throw fault("the numeric address has no closing bracket") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Passes over the servers by which a mail was to go (`obs-route`), such as `@node.test,@other.test:`. Nobody takes that way
    /// any more (RFC 5321, appendix C).
    mutating func skipRoute() throws(AddressFault) {
        try skipSpaceAndComments()
        guard current == 0x40 || current == 0x2C else { return }
        repeat {
            try skipSpaceAndComments()
            guard take(0x40) else { continue }
            try skipSpaceAndComments()
            _ = try domainText(true)
            try skipSpaceAndComments()
        } while take(0x2C)
        guard take(0x3A) else { throw fault("a route before an address has no colon at its end") }
    }

    /// Passes over white space, comments, and the commas of members that are empty (`obs-addr-list`).
    mutating func skipEmptyMembers() throws(AddressFault) {
        repeat { try skipSpaceAndComments() } while take(0x2C)
    }
}
