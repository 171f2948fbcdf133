/// A JSON Web Signature in the compact form (RFC 7515, section 7.1), taken apart and not yet verified.
package struct CompactJWS: Sendable {
    /// Why a text is none.
    package enum Refusal: Error, Sendable, Hashable {
        /// Longer than the limit.
        case tooLong(limit: Int)
        /// Not three parts between two dots.
        case notThreeParts
        /// A part is not canonical base64url.
        case notBase64URL(part: String)
        /// The header is not the JSON that is accepted.
        case header(JSONError)
        /// `crit` or `b64` asks for what is not understood (RFC 7515, section 4.1.11; RFC 7797).
        case criticalExtension
        /// `alg` is missing or no text.
        case noAlgorithm
        /// `kid` is no text, or one that no key has: control characters, or longer than 256 bytes.
        case unusableKeyID
    }

    /// The algorithm that the header names.
    package let algorithm: String
    /// The key that the header names.
    package let keyID: String?
    /// The decoded payload.
    package let payload: [UInt8]
    /// The decoded signature.
    package let signature: [UInt8]
    private let token: [UInt8]
    private let signedCount: Int

    /// Takes a token apart.
    package init(parsing text: String, maximumBytes: Int = 16 * 1024) throws(Refusal) {
        // Counting stops at the limit's check: a string knows the length of its UTF-8.
        guard text.utf8.count <= maximumBytes else { throw .tooLong(limit: maximumBytes) }
        let token = Array(text.utf8)
        var dots = (first: -1, second: -1, count: 0)
        for (index, byte) in token.enumerated() where byte == UInt8(ascii: ".") {
            if dots.count == 0 { dots.first = index } else if dots.count == 1 { dots.second = index }
            dots.count += 1
        }
        guard dots.count == 2 else { throw .notThreeParts }
        guard let header = Base64URL.decode(token[..<dots.first]) else { throw .notBase64URL(part: "header") }
        guard let payload = Base64URL.decode(token[(dots.first + 1)..<dots.second]) else {
            throw .notBase64URL(part: "payload")
        }
        guard let signature = Base64URL.decode(token[(dots.second + 1)...]) else {
            throw .notBase64URL(part: "signature")
        }
        let fields = try Self.read(header)
        guard let algorithm = fields.algorithm else { throw .noAlgorithm }
        self.algorithm = algorithm
        keyID = fields.keyID
        self.payload = payload
        self.signature = signature
        self.token = token
        signedCount = dots.second
    }

    /// Calls `body` with the bytes that the signature covers: header, dot and payload as they were sent.
    package func withSignedBytes<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        body(token.span.extracting(first: signedCount))
    }

    private struct Fields {
        var algorithm: String?
        var keyID: String?
    }

    private static func read(_ header: [UInt8]) throws(Refusal) -> Fields {
        var fields = Fields()
        var isCritical = false
        var keyIDIsUsable = true
        do throws(JSONError) {
            var reader = try JSONReader(header)
            try reader.readObject { reader, key throws(JSONError) in
                switch key {
                case "alg" where try reader.peek() == .string:
                    fields.algorithm = try reader.readString(upTo: 32)
                case "kid":
                    guard try reader.peek() == .string else {
                        keyIDIsUsable = false
                        try reader.skipValue()
                        return
                    }
                    let keyID = try reader.readString(upTo: 16 * 1024)
                    keyIDIsUsable = keyID.utf8.count <= 256 && keyID.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
                    fields.keyID = keyID
                case "crit", "b64":
                    isCritical = true
                    try reader.skipValue()
                default:
                    // Whatever else the header offers, `jwk`, `jku`, `x5u` and `x5c` among it, is never used.
                    try reader.skipValue()
                }
            }
            try reader.finish()
        } catch {
            throw .header(error)
        }
        guard !isCritical else { throw .criticalExtension }
        guard keyIDIsUsable else { throw .unusableKeyID }
        return fields
    }
}
