import GroundworkCore
import GroundworkCrypto

/// The chain of signatures over the chunks of a body (S3 API reference, "Signature Calculations for the Authorization
/// Header: Transferring Payload in Multiple Chunks").
struct ChunkSignatures: Sendable {
    let key: HMACKey
    let timestamp: String
    let scope: String
    var previous: String

    private static let emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    /// Checks the signature of the next chunk.
    mutating func acceptChunk(hash: [UInt8], signature: String) throws -> Bool {
        try accept("AWS4-HMAC-SHA256-PAYLOAD", "\(Self.emptyHash)\n\(Hex.encode(hash))", signature)
    }

    /// Checks the signature of the trailer, which is `name:value` with a line feed for each field.
    mutating func acceptTrailer(_ text: String, signature: String) throws -> Bool {
        try accept("AWS4-HMAC-SHA256-TRAILER", Hex.encode(try Digest.hash(.sha256, Array(text.utf8))), signature)
    }

    private mutating func accept(_ algorithm: String, _ content: String, _ signature: String) throws -> Bool {
        let text = "\(algorithm)\n\(timestamp)\n\(scope)\n\(previous)\n\(content)"
        previous = Hex.encode(try key.authenticate(Array(text.utf8)))
        return ConstantTime.equal(previous.utf8, signature.utf8)
    }
}
