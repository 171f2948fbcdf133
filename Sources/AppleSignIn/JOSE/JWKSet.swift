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

    /// The keys by their `kid`.
    package let keys: [String: RSAPublicKey]
    /// How many entries were passed over: other algorithms, other uses, weak or damaged keys.
    package let skipped: Int

    /// A set holds at most so many entries.
    package static let maximumKeys = 64

    /// Makes a set of known keys.
    package init(_ keys: [String: RSAPublicKey]) {
        self.keys = keys
        skipped = 0
    }

    /// Reads a set. Entries of other types are passed over (RFC 7517, section 5), not errors.
    package init(parsing bytes: [UInt8]) throws(Refusal) {
        var entries: [JWK] = []
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
                    entries.append(try JWK(from: &reader))
                }
            }
            try reader.finish()
        } catch {
            throw .malformed(error)
        }
        guard sawKeys else { throw .noKeys }
        guard count <= Self.maximumKeys else { throw .tooManyKeys(limit: Self.maximumKeys) }
        var keys: [String: RSAPublicKey] = [:]
        var skipped = 0
        for entry in entries {
            guard let keyID = entry.keyID, let key = entry.verificationKey() else {
                skipped += 1
                continue
            }
            guard keys.updateValue(key, forKey: keyID) == nil else { throw .duplicateKeyID }
        }
        guard !keys.isEmpty else { throw .noUsableKey }
        self.keys = keys
        self.skipped = skipped
    }
}

/// One entry of a JWK set, as far as it matters here.
package struct JWK: Sendable {
    package var type: String?
    package var use: String?
    package var operations: [String]?
    package var algorithm: String?
    package var keyID: String?
    package var modulus: [UInt8]?
    package var exponent: [UInt8]?
    private var isDamaged = false

    package init(from reader: inout JSONReader) throws(JSONError) {
        guard try reader.peek() == .object else {
            isDamaged = true
            try reader.skipValue()
            return
        }
        var jwk = self
        try reader.readObject { reader, key throws(JSONError) in
            switch key {
            case "kty": jwk.type = try jwk.text(&reader)
            case "use": jwk.use = try jwk.text(&reader)
            case "alg": jwk.algorithm = try jwk.text(&reader)
            case "kid": jwk.keyID = try jwk.text(&reader)
            case "n": jwk.modulus = try jwk.number(&reader)
            case "e": jwk.exponent = try jwk.number(&reader)
            case "key_ops" where try reader.peek() == .array:
                var operations: [String] = []
                try reader.readArray { reader throws(JSONError) in
                    if let operation = try jwk.text(&reader) { operations.append(operation) }
                }
                jwk.operations = operations
            default: try reader.skipValue()
            }
        }
        self = jwk
    }

    /// The key, if it is one to verify RS256 with; nil otherwise.
    package func verificationKey() -> RSAPublicKey? {
        guard !isDamaged, type == "RSA", use == nil || use == "sig", algorithm == nil || algorithm == "RS256",
            operations == nil || operations?.contains("verify") == true, let modulus, let exponent
        else { return nil }
        return RSAPublicKey(modulus: modulus, exponent: exponent)
    }

    private mutating func text(_ reader: inout JSONReader) throws(JSONError) -> String? {
        guard try reader.peek() == .string else {
            isDamaged = true
            try reader.skipValue()
            return nil
        }
        return try reader.readString(upTo: 4096)
    }

    private mutating func number(_ reader: inout JSONReader) throws(JSONError) -> [UInt8]? {
        guard let digits = try text(&reader), let bytes = Base64URL.decode(Array(digits.utf8)[...]) else {
            isDamaged = true
            return nil
        }
        return bytes
    }
}
