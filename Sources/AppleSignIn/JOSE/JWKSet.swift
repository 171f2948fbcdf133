package import GroundworkCrypto

/// The usable keys of a JWK set (RFC 7517, section 5): RSA keys for RS256 signatures, by their `kid`.
package struct JWKSet: Sendable {
    /// Why an answer is no set of keys.
    package enum Refusal: Error, Sendable, Hashable {
        /// Not the JSON that is accepted, or not an object with an array `keys`.
        case malformed(JSONError)
        /// There is no array `keys`.
        case noKeys
        /// Not one of the keys can be used.
        case noUsableKey
        /// Two keys have the same `kid`.
        case duplicateKeyID
        /// More keys than any issuer has.
        case tooManyKeys(limit: Int)
    }

    private let entries: [(keyID: String, key: RSAPublicKey)]
    /// How many entries were passed over: other algorithms, other uses, weak or damaged keys.
    package let skipped: Int

    /// A set holds at most so many entries.
    package static let maximumKeys = 64

    /// The names of the keys.
    package var keyIDs: [String] { entries.map(\.keyID) }

    /// The key of this very name, byte by byte: Swift holds two spellings of one text for equal, JSON does not
    /// (RFC 8259, section 8.3).
    package subscript(keyID: String) -> RSAPublicKey? {
        entries.first { $0.keyID.isExactly(keyID) }?.key
    }

    /// Reads a set. Entries of other types are passed over (RFC 7517, section 5), not errors.
    package init(parsing bytes: [UInt8]) throws(Refusal) {
        var list: [JWK] = []
        var sawKeys = false
        var count = 0
        do throws(JSONError) {
            var reader = try JSONReader(bytes)
            try reader.readObject { reader, key throws(JSONError) in
                guard "keys" ~= key, try reader.peek() == .array else { return try reader.skipValue() }
                sawKeys = true
                try reader.readArray { reader throws(JSONError) in
                    count += 1
                    guard count <= Self.maximumKeys else { return try reader.skipValue() }
                    list.append(try JWK(from: &reader))
                }
            }
            try reader.finish()
        } catch {
            throw .malformed(error)
        }
        guard sawKeys else { throw .noKeys }
        guard count <= Self.maximumKeys else { throw .tooManyKeys(limit: Self.maximumKeys) }
        var entries: [(keyID: String, key: RSAPublicKey)] = []
        var skipped = 0
        for entry in list {
            guard let keyID = entry.keyID, let key = entry.verificationKey() else {
                skipped += 1
                continue
            }
            guard !entries.contains(where: { $0.keyID.isExactly(keyID) }) else { throw .duplicateKeyID }
            entries.append((keyID, key))
        }
        guard !entries.isEmpty else { throw .noUsableKey }
        self.entries = entries
        self.skipped = skipped
    }
}
