import GroundworkBase
import GroundworkCrypto

/// The key of one audit's fingerprints.
///
/// It is set as `ENVSCHEMA_AUDIT_KEY` in the services and for the audit, and removed after the audit: without it the
/// fingerprints in a log say nothing, not even whether two values are the same as before.
///
///     openssl rand -hex 32
public struct AuditKey: Sendable {
    /// The variable that holds the key.
    public static let variable = "ENVSCHEMA_AUDIT_KEY"
    /// The least length in bytes.
    public static let minimumLength = 32

    private let key: HMACKey

    /// A key of at least 32 bytes, of which at least ten are different.
    /// - Throws: ``AuditInputError`` with the code ``AuditInputError/Code/weakKey``.
    public init(_ bytes: [UInt8]) throws(AuditInputError) {
        guard bytes.count >= Self.minimumLength, Set(bytes).count >= 10 else {
            throw AuditInputError(
                .weakKey,
                input: Self.variable,
                reason:
                    "It must have at least \(Self.minimumLength) random bytes. Make one with `openssl rand -hex 32`."
            )
        }
        do {
            key = try HMACKey(.sha256, key: bytes)
        } catch {
            throw AuditInputError(.cryptography, input: Self.variable, reason: "\(error).")
        }
    }

    /// The key in an environment; nil when there is none.
    /// - Throws: ``AuditInputError`` when there is one and it is too weak.
    public init?(environment: [String: String]) throws(AuditInputError) {
        guard let text = environment[Self.variable], !text.isEmpty else { return nil }
        try self.init(Array(text.utf8))
    }

    /// The fingerprint of a variable's value; nil when the value could be guessed.
    ///
    /// The name of the variable goes into it, so that the same value under two names does not show.
    /// - Throws: ``AuditInputError`` when the cryptographic library fails.
    public func fingerprint(of value: String, variable: String) throws(AuditInputError) -> AuditFingerprint? {
        guard GuessWork.isUnguessable(value) else { return nil }
        return AuditFingerprint(code: try authenticate("fingerprint", variable, value))
    }

    /// A code over labelled text. Lengths stand before the pieces, so that no two lists of pieces give the same message.
    func authenticate(_ pieces: String...) throws(AuditInputError) -> [UInt8] {
        var message = Array("EnvSchemaAudit 1".utf8)
        for piece in pieces {
            let bytes = Array(piece.utf8)
            message += (0..<8).map { UInt8(truncatingIfNeeded: UInt64(bytes.count) >> (56 - $0 * 8)) }
            message += bytes
        }
        do { return try key.authenticate(message) } catch {
            throw AuditInputError(.cryptography, input: Self.variable, reason: "\(error).")
        }
    }
}

extension AuditKey: CustomStringConvertible, CustomReflectable {
    /// Nothing of the key.
    public var description: String { "AuditKey(<redacted>)" }
    /// Nothing of the key, not even where it lies.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
