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
    /// Payload and signature lie in it, decoded, one after the other.
    let decoded: [UInt8]
    let payloadRange: Range<Int>
    private let token: String
    private let signedCount: Int

    /// Takes a token apart. Nothing is decoded before its length and its dots are right.
    package init(parsing text: String, maximumBytes: Int = 16 * 1024) throws(Refusal) {
        var token = text
        token.makeContiguousUTF8()
        let utf8 = token.utf8.span
        guard utf8.count <= maximumBytes else { throw .tooLong(limit: maximumBytes) }
        guard let dots = Self.dots(utf8) else { throw .notThreeParts }
        var headerEnd = 0
        var payloadEnd = 0
        var damaged: String?
        let decoded = [UInt8](capacity: utf8.count / 4 * 3 + 6) { output in
            guard Base64URL.decode(utf8.extracting(0..<dots.first), into: &output) else { return damaged = "header" }
            headerEnd = output.count
            let payload = utf8.extracting(dots.first + 1..<dots.second)
            guard Base64URL.decode(payload, into: &output) else { return damaged = "payload" }
            payloadEnd = output.count
            let signature = utf8.extracting(dots.second + 1..<utf8.count)
            guard Base64URL.decode(signature, into: &output) else { return damaged = "signature" }
        }
        if let damaged { throw .notBase64URL(part: damaged) }
        let fields = try Self.read(decoded, in: 0..<headerEnd)
        guard let algorithm = fields.algorithm else { throw .noAlgorithm }
        self.algorithm = algorithm
        keyID = fields.keyID
        self.decoded = decoded
        payloadRange = headerEnd..<payloadEnd
        self.token = token
        signedCount = dots.second
    }

    /// The places of the two dots; nil unless there are just two.
    private static func dots(_ text: Span<UInt8>) -> (first: Int, second: Int)? {
        var first: Int?
        var second: Int?
        for index in text.indices where text[index] == UInt8(ascii: ".") {
            guard second == nil else { return nil }
            if first == nil { first = index } else { second = index }
        }
        guard let first, let second else { return nil }
        return (first, second)
    }

    /// The decoded payload.
    package var payload: [UInt8] { Array(decoded[payloadRange]) }

    /// The decoded signature.
    package var signature: [UInt8] { Array(decoded[payloadRange.upperBound...]) }

    /// Calls `body` with the signature and the bytes that it covers: header, dot and payload as they were sent.
    package func withSignature<Result>(_ body: (_ signature: Span<UInt8>, _ signed: Span<UInt8>) -> Result) -> Result {
        body(
            decoded.span.extracting(payloadRange.upperBound..<decoded.count),
            token.utf8.span.extracting(0..<signedCount)
        )
    }

    private struct Fields {
        var algorithm: String?
        var keyID: String?
    }

    private static let algorithms = ["RS256", "ES256"]

    private static func read(_ bytes: [UInt8], in range: Range<Int>) throws(Refusal) -> Fields {
        var fields = Fields()
        var isCritical = false
        var keyIDIsUsable = true
        do throws(JSONError) {
            var reader = try JSONReader(bytes, in: range)
            try reader.readObject { reader, key throws(JSONError) in
                switch key {
                case "alg" where try reader.peek() == .string:
                    fields.algorithm = try reader.readString(expecting: algorithms, upTo: 32)
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
