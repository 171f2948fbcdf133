import EnvSchema
import EnvSchemaAudit
import Foundation
import Testing

@Suite struct FingerprintTests {
    static let keyText = "0123456789abcdefghijklmnopqrstuvwxyzABCD"
    private let key: AuditKey
    private let value = "Zk3v9QmT7xR1pLw8Ye5uAo2dHc6sNb4g"

    init() throws { key = try AuditKey(Array(Self.keyText.utf8)) }

    @Test func isTheTruncatedHMACOfVersionNameAndValue() throws {
        // The same with Python: hmac.new(key, b"EnvSchemaAudit 1" + pieces with 8-byte lengths, "sha256").
        #expect(try key.fingerprint(of: value, variable: "JWT_SECRET")?.description == "bcbb45adcd647dca")
    }

    @Test func dependsOnKeyNameAndValue() throws {
        let first = try key.fingerprint(of: value, variable: "A")
        #expect(first != nil)
        #expect(first == (try key.fingerprint(of: value, variable: "A")))
        #expect(first != (try key.fingerprint(of: value, variable: "B")))
        #expect(first != (try key.fingerprint(of: value + "x", variable: "A")))
        let other = try AuditKey(Array((Self.keyText + "x").utf8))
        #expect(first != (try other.fingerprint(of: value, variable: "A")))
    }

    @Test func piecesCannotBeShiftedBetweenNameAndValue() throws {
        #expect(try key.fingerprint(of: value, variable: "AB") != key.fingerprint(of: "B" + value, variable: "A"))
    }

    @Test(arguments: [
        "", "x", "true", "3001", "production", "hunter2", "password1234", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "12345678901234567890", "abcdefghijklmnopqrstuvwxyz", "changemechangeme",
        "postgres://user:hunter2@db.railway.internal:5432/app",
        "https://sentry.example/4711", "postgres://db.railway.internal:5432/production-database",
    ])
    func isRefusedForValuesThatCanBeGuessed(_ guessable: String) throws {
        #expect(try key.fingerprint(of: guessable, variable: "A") == nil)
    }

    @Test func aURLCountsByItsPassword() throws {
        #expect(try key.fingerprint(of: "postgres://u:\(value)@h/d", variable: "A") != nil)
    }

    @Test func weakKeysAreRefused() {
        #expect(throws: AuditInputError.self) { try AuditKey([UInt8](repeating: 7, count: 64)) }
        #expect(throws: AuditInputError.self) { try AuditKey(Array(0..<31)) }
        #expect(throws: AuditInputError.self) { try AuditKey(environment: ["ENVSCHEMA_AUDIT_KEY": "short"]) }
    }

    @Test func withoutAKeyThereIsNoFingerprint() throws {
        #expect(try AuditKey(environment: [:]) == nil)
        let variable = Make.variable("JWT_SECRET", secret: true, sharing: .must)
        let services = ["a", "b"].map {
            AuditedService(Make.manifest($0, [variable]), values: ServiceValues(["JWT_SECRET": value]))
        }
        var audit = EnvAudit(services: services)
        #expect(try audit.report().services.allSatisfy { $0.cells[0].fingerprint == nil })
        audit.key = key
        #expect(try audit.report().services.allSatisfy { $0.cells[0].fingerprint != nil })
    }

    @Test func keysAreNotShown() {
        #expect(!"\(key)".contains("0123456789"))
        var text = ""
        dump(key, to: &text)
        #expect(!text.contains("0123456789") && !text.contains("48"))
    }

    @Test(arguments: ["", "0123", "0123456789ABCDEF", "0123456789abcdeg", "0123456789abcdef0"])
    func onlySixteenDigitsAreAFingerprint(_ text: String) {
        #expect(AuditFingerprint(text) == nil)
    }
}
