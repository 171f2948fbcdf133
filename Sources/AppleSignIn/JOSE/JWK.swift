package import GroundworkCrypto

/// A public key in JSON (RFC 7517), as far as it matters here: RSA for RS256, P-256 for ES256.
package struct JWK: Sendable {
    package var type: String?
    package var use: String?
    package var operations: [String]?
    package var algorithm: String?
    package var keyID: String?
    package var modulus: [UInt8]?
    package var exponent: [UInt8]?
    package var curve: String?
    package var x: [UInt8]?
    package var y: [UInt8]?
    private var isDamaged = false

    /// Reads a key that stands alone.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        var reader = try JSONReader(bytes)
        try self.init(from: &reader)
        try reader.finish()
    }

    /// Reads a key; what it holds is judged later, so that a set can pass over it.
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
            case "crv": jwk.curve = try jwk.text(&reader)
            case "x": jwk.x = try jwk.number(&reader)
            case "y": jwk.y = try jwk.number(&reader)
            case "key_ops" where try reader.peek() == .array:
                var operations: [String] = []
                try reader.readArray { reader throws(JSONError) in
                    guard let operation = try jwk.text(&reader) else { return }
                    // RFC 7517, section 4.3: none may stand twice.
                    if operations.contains(operation) { jwk.isDamaged = true }
                    operations.append(operation)
                }
                jwk.operations = operations
            default: try reader.skipValue()
            }
        }
        self = jwk
    }

    /// The key, if it is one to verify RS256 with; nil otherwise.
    package func verificationKey() -> RSAPublicKey? {
        guard isMeant(type: "RSA", algorithm: "RS256"), let modulus, let exponent else { return nil }
        return RSAPublicKey(modulus: modulus, exponent: exponent)
    }

    /// Whether the token was signed with this key, by the one algorithm that the key is for (RFC 8725, section 3.1).
    ///
    /// The key's type decides the algorithm, never the token alone. A token that names a key must name this one.
    package func isValid(_ jws: CompactJWS) -> Bool {
        if let keyID = jws.keyID, let own = self.keyID, !own.isExactly(keyID) { return false }
        switch jws.algorithm {
        case "RS256":
            guard let key = verificationKey() else { return false }
            return jws.withSignature { key.isValid($0, of: $1) }
        case "ES256":
            guard isMeant(type: "EC", algorithm: "ES256"), curve == "P-256", let x, let y,
                let key = P256PublicKey(x: x, y: y)
            else { return false }
            return jws.withSignature { key.isValid($0, of: $1) }
        default: return false
        }
    }

    private func isMeant(type: String, algorithm: String) -> Bool {
        !isDamaged && self.type == type && (use == nil || use == "sig")
            && (self.algorithm == nil || self.algorithm == algorithm)
            && (operations == nil || operations?.contains("verify") == true)
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
