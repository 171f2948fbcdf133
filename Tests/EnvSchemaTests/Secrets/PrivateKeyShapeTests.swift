import EnvSchema
import GroundworkBase
import GroundworkTestProcesses
import Testing

/// Keys made by the `openssl` program, in every form that people mistake for an Apple key.
@Suite struct PrivateKeyShapeTests {
    private func messages(_ text: String, _ kind: EnvSecretTraits.Kind = .appleKey) -> [String] {
        SecretHygiene.findings(for: text, variable: secretVariable("APPLE_PRIVATE_KEY", kind)).map(\.message)
    }

    private func openssl(_ arguments: String...) async throws -> String { try await Self.run("openssl", arguments) }

    private static func run(_ program: String, _ arguments: [String], input: String = "") async throws -> String {
        String(decoding: try await ChildProcess.output(of: program, arguments, input: Array(input.utf8)), as: UTF8.self)
    }

    private func p8() async throws -> String {
        try await openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
    }

    @Test func aKeyOfAppleIsAccepted() async throws {
        let pem = try await p8()
        #expect(messages(pem).isEmpty)
        #expect(messages(pem.split(separator: "\n").joined(separator: "\\n")).isEmpty)
        #expect(messages(pem.split(separator: "\n").dropFirst().dropLast().joined()).isEmpty)
        #expect(messages(Base64.encode(Array(pem.utf8))).isEmpty)
    }

    @Test func aCutOffKeyIsFound() async throws {
        let lines = try await p8().split(separator: "\n")
        #expect(!messages(lines.dropLast().joined(separator: "\n")).isEmpty)
        #expect(!messages((lines.prefix(2) + lines.suffix(1)).joined(separator: "\n")).isEmpty)
    }

    @Test func otherKeysAreFound() async throws {
        let p384 = try await openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384")
        #expect(messages(p384) == ["is no P-256 key in PKCS#8, as Apple's keys are"])
        let rsa = try await openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
        #expect(messages(rsa) == ["is no P-256 key in PKCS#8, as Apple's keys are"])
        let edwards = try await openssl("genpkey", "-algorithm", "ED25519")
        #expect(messages(edwards) == ["is no P-256 key in PKCS#8, as Apple's keys are"])
        let sec1 = try await openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout")
        #expect(messages(sec1) == ["is no P-256 key in PKCS#8, as Apple's keys are"])
    }

    @Test func publicAndEncryptedKeysAreFound() async throws {
        let key = try await p8()
        let publicKey = try await Self.run("openssl", ["pkey", "-pubout"], input: key)
        #expect(messages(publicKey) == ["holds a public key instead of the private one"])
        let encrypted = try await Self.run("openssl", ["pkcs8", "-topk8", "-passout", "pass:x"], input: key)
        #expect(messages(encrypted).first?.contains("encrypted") == true)
        let body = encrypted.split(separator: "\n").dropFirst().dropLast().joined()
        #expect(messages(body) == ["holds an encrypted key"])
    }

    @Test func shortRSAKeysAreFound() async throws {
        let name = "SIGNING_KEY"
        func messages(_ text: String) -> [String] {
            SecretHygiene.findings(for: text, variable: secretVariable(name, .privateKey)).map(\.message)
        }
        let short = try await openssl("genrsa", "-traditional", "1024")
        #expect(messages(short) == ["is an RSA key of only 1024 bits"])
        let long = try await openssl("genrsa", "2048")
        #expect(messages(long).isEmpty)
    }

    @Test func derThatLiesAboutItsLengthsIsHarmless() {
        var random = SeededRandom(7)
        for _ in 0..<5000 {
            let body = random.bytes(Int.random(in: 0..<120, using: &random)).map { $0 % 3 == 0 ? 0x30 : $0 }
            let der = [0x30, UInt8(body.count)] + body
            #expect(!messages(Base64.encode(der)).isEmpty)
        }
    }

    @Test func keysThatAreNoDERAreLeftToTheirPrograms() {
        let text = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n-----END OPENSSH PRIVATE KEY-----"
        #expect(messages(text) == ["is no P-256 key in PKCS#8, as Apple's keys are"])
        #expect(SecretHygiene.findings(for: text, variable: secretVariable("DEPLOY_KEY")).isEmpty)
        let certificate = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----"
        #expect(SecretHygiene.findings(for: certificate, variable: secretVariable("CA")).isEmpty)
    }

    @Test func aPathIsNotJudged() { #expect(messages("/run/secrets/AuthKey.p8").isEmpty) }
}
