import EnvSchema
import GroundworkBase
import Testing

/// A variable that holds a secret of a kind.
func secretVariable(_ name: String, _ kind: EnvSecretTraits.Kind = .generic) -> EnvVariable {
    var variable = EnvVariable(
        name,
        help: "A secret",
        type: String.envType,
        requirement: EnvRequirement(.required),
        isSecret: true
    )
    variable.secret = EnvSecretTraits(kind: kind)
    return variable
}

func plainVariable(_ name: String) -> EnvVariable {
    EnvVariable(name, help: "No secret", type: String.envType, requirement: EnvRequirement(.required), isSecret: false)
}

@Suite struct SecretHygieneTests {
    private func codes(_ text: String, _ kind: EnvSecretTraits.Kind = .generic, name: String = "S") -> [SecretFinding
        .Code]
    {
        SecretHygiene.findings(for: text, variable: secretVariable(name, kind)).map(\.code)
    }

    @Test func goodRandomSecretsGiveNoFinding() {
        var random = SeededRandom(1)
        let lowercase = "abcdefghijklmnopqrstuvwxyz0123456789"
        let alphanumeric = lowercase + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        let printable = alphanumeric + "!#$%&()*+,-./:;<=>?@[]^_`{|}~'\"\\"
        var wrong: [String] = []
        for _ in 0..<200 {
            let bytes = random.bytes(32)
            let strong = [
                Hex.encode(bytes), Base64.encode(bytes), Base64.encodeURL(bytes), random.text(43, of: alphanumeric),
                random.text(48, of: printable), Base64.encode(random.bytes(48)),
            ]
            for text in strong {
                for kind in [EnvSecretTraits.Kind.hs256, .encryptionKey, .apiToken, .password, .generic] {
                    wrong += SecretHygiene.findings(for: text, variable: secretVariable("S", kind), mode: .production)
                        .map { "\($0)" }
                }
            }
            let medium = [
                random.text(16, of: alphanumeric), random.text(16, of: printable), random.text(20, of: lowercase),
                Hex.encode(random.bytes(10)), Base64.encodeURL(random.bytes(16)),
            ]
            for text in medium {
                for kind in [EnvSecretTraits.Kind.apiToken, .password, .generic] {
                    wrong += SecretHygiene.findings(for: text, variable: secretVariable("S", kind), mode: .production)
                        .map { "\($0)" }
                }
            }
            for text in strong + medium {
                wrong += SecretHygiene.findings(for: text, variable: plainVariable("P"), mode: .production).map {
                    "\($0)"
                }
            }
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(5))")
    }

    @Test(arguments: [
        "changeme", "CHANGE_ME", "change-me-in-production", "xxx", "xxxxxxxxxxxxxxxx", "your-key-here", "YOUR_API_KEY",
        "<your key>", "<secret>", "TODO",
        "secret", "supersecretkey", "my-super-secret-jwt-key", "password123", "password", "example-secret",
        "test-secret-key-for-development", "re_xxxxxxxxx",
        "sk_live_xxxxxxxxxxxxxxxx", "SG.xxxxxx.xxxxxx", "********", "${JWT_SECRET}", "{{ jwt_secret }}", "placeholder",
        "dummy-token-value", "[your-token]",
        "this-is-a-very-long-secret-that-should-be-changed-1234", "admin", "postgres", "none", "undefined",
        "replace-with-a-real-key", "%JWT_SECRET%",
        "abcabcabcabcabcabcabcabcabcabcabcabc", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "0000000000000000000000000000000000000000", "TBD", "foobar",
        "qwertyuiopasdfghjklzxcvbnm123456", "1qaz2wsx3edc4rfv", "abcdefghijklmnopqrstuvwxyz012345",
        "12345678901234567890123456789012", "null", "__API_KEY__",
    ])
    func placeholdersAreFound(text: String) {
        #expect(codes(text) == [.placeholder])
        #expect(codes(text, .hs256) == [.placeholder])
    }

    @Test(arguments: [
        "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
        "minioadmin", "re_123456789",
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow", "your-256-bit-secret",
    ])
    func examplesOfVendorsAreFound(text: String) { #expect(codes(text) == [.publicExample]) }

    @Test func theExampleOfTheSchemaIsNoSecret() {
        var variable = secretVariable("S")
        variable.example = "b7d0c1f29a3e4856"
        #expect(SecretHygiene.findings(for: "b7d0c1f29a3e4856", variable: variable).map(\.code) == [.publicExample])
    }

    @Test func anHS256KeyHasAtLeast32Bytes() {
        var random = SeededRandom(2)
        for count in [1, 16, 31] {
            #expect(codes(Hex.encode(random.bytes(count)), .hs256) == [.tooShort])
        }
        // 43 signs of base64 stand for 31 bytes when they end in a padding sign.
        let short = Base64.encode([UInt8](repeating: 0xFB, count: 1) + random.bytes(30))
        #expect(codes(short, .hs256) == [.tooShort])
        #expect(codes(Hex.encode(random.bytes(32)), .hs256).isEmpty)
        #expect(codes(Base64.encode(random.bytes(32)), .hs256).isEmpty)
        #expect(codes(random.text(31, of: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789"), .hs256) == [.tooShort])
        #expect(codes(random.text(32, of: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789"), .hs256).isEmpty)
    }

    @Test func regularTextsAreFound() {
        #expect(codes("kzkzkkzzkzkzkkzkzzkzkkzkzkkzzkzkzkkzkzkz", .hs256) == [.lowEntropy])
        #expect(codes("pZ9pZ9pZ9pZ9pZ9pZ9pZ9pZ9pZ9pZ9pZ9pZ9", .hs256) == [.placeholder])
    }

    @Test func thePasswordOfAConnectionURLIsJudged() {
        let kind = EnvSecretTraits.Kind.connectionURL
        #expect(codes("postgres://app:postgres@db/app", kind) == [.placeholder])
        #expect(codes("postgres://app:%3Cpassword%3E@db/app", kind) == [.placeholder])
        #expect(codes("postgres://app:a7x@db/app", kind) == [.tooShort])
        #expect(codes("postgres://app:vR7bq2LmX9cT@a:5432,b:5432/app", kind).isEmpty)
        #expect(codes("postgres:///app?host=/run/postgresql", kind).isEmpty)
        #expect(codes("postgres://postgres@localhost/postgres").isEmpty)
        #expect(codes("redis://localhost:6379/0").isEmpty)
    }

    @Test func referencesAreNotJudged() {
        #expect(codes("${{Postgres.DATABASE_URL}}", .connectionURL).isEmpty)
        #expect(codes("${{ shared.JWT_SECRET }}", .hs256).isEmpty)
    }

    @Test func aSecretInAPlainVariableIsFound() {
        func codes(_ text: String) -> [SecretFinding.Code] {
            SecretHygiene.findings(for: text, variable: plainVariable("P")).map(\.code)
        }
        var random = SeededRandom(3)
        let alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        #expect(codes("https://user:vR7bq2LmX9cT@a.example/") == [.undeclaredSecret])
        #expect(codes("https://user@a.example/").isEmpty)
        #expect(codes("https://user:${PASSWORD}@a.example/").isEmpty)
        #expect(codes("SG.\(random.text(22, of: alphabet)).\(random.text(43, of: alphabet))") == [.undeclaredSecret])
        #expect(codes("ghp_\(random.text(36, of: alphabet))") == [.undeclaredSecret])
        #expect(codes("-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----") == [.undeclaredSecret])
        #expect(codes("hello world").isEmpty)
        #expect(codes("3001").isEmpty)
    }

    @Test func keysHaveTheFormOfTheirVendor() {
        var random = SeededRandom(4)
        let alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        let sendGrid = "SG.\(random.text(22, of: alphabet)).\(random.text(43, of: alphabet))"
        #expect(codes("re_\(random.text(24, of: alphabet))", .apiToken, name: "RESEND_API_KEY").isEmpty)
        #expect(codes(random.text(24, of: alphabet), .apiToken, name: "RESEND_API_KEY") == [.wrongShape])
        #expect(codes(sendGrid, .apiToken, name: "SENDGRID_API_KEY").isEmpty)
        #expect(codes(String(sendGrid.dropLast()), .apiToken, name: "X") == [.wrongShape])
        let mixed = SecretHygiene.findings(for: sendGrid, variable: secretVariable("RESEND_API_KEY", .apiToken))
        #expect(mixed.first?.message.contains("SendGrid") == true && mixed.first?.severity == .error)
        let identifier = "AKIA\(random.text(16, of: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))"
        #expect(codes(identifier, .apiToken, name: "AWS_ACCESS_KEY_ID").isEmpty)
        #expect(codes(identifier, .apiToken, name: "AWS_SECRET_ACCESS_KEY") == [.wrongShape])
        #expect(codes(String(identifier.dropLast()), .apiToken, name: "AWS_ACCESS_KEY_ID") == [.wrongShape])
        // R2 and MinIO use the same variables with other forms.
        #expect(codes(Hex.encode(random.bytes(16)), .apiToken, name: "AWS_ACCESS_KEY_ID").isEmpty)
        #expect(codes(Hex.encode(random.bytes(32)), .apiToken, name: "AWS_SECRET_ACCESS_KEY").isEmpty)
    }

    @Test func identifiersOfAppleHaveTheirForm() {
        func codes(_ text: String, _ name: String) -> [SecretFinding.Code] {
            SecretHygiene.findings(for: text, variable: plainVariable(name)).map(\.code)
        }
        #expect(codes("A1B2C3D4E5", "APPLE_TEAM_ID").isEmpty)
        #expect(codes("a1b2c3d4e5", "APPLE_KEY_ID") == [.wrongShape])
        #expect(codes("A1B2C3D4E", "APPLE_TEAM_ID") == [.wrongShape])
        #expect(codes("com.example.signin", "APPLE_SERVICES_ID").isEmpty)
        #expect(codes("signin", "APPLE_SERVICES_ID") == [.wrongShape])
        #expect(codes("app.vlvt", "APPLE_CLIENT_ID").isEmpty)
    }

    @Test func valuesOfDevelopmentAreFoundInProduction() {
        let url = secretVariable("DATABASE_URL", .connectionURL)
        let text = "postgres://app:vR7bq2LmX9cT@localhost/app"
        #expect(SecretHygiene.findings(for: text, variable: url, mode: .production).map(\.code) == [.developmentValue])
        #expect(SecretHygiene.findings(for: text, variable: url, mode: .development).isEmpty)
        let plain = plainVariable("API_URL")
        #expect(SecretHygiene.findings(for: "http://127.0.0.1:80", variable: plain, mode: .production).count == 1)
        #expect(SecretHygiene.findings(for: "http://localhost.example", variable: plain, mode: .production).isEmpty)
    }

    @Test func theSameSecretUnderTwoNamesIsFound() {
        let text = "vR7bq2LmX9cTvR7bq2LmX9cU"
        let findings = SecretHygiene.reuse([
            (secretVariable("A"), text), (secretVariable("B"), text + "x"), (secretVariable("C"), text),
            (plainVariable("D"), text),
            (secretVariable("E", .connectionURL), text), (secretVariable("F", .connectionURL), text),
        ])
        #expect(findings.map(\.variable) == ["C"])
        #expect(findings.first?.message == "has the same value as A")
    }

    @Test func aSecretCarriedOverFromDevelopmentIsFound() {
        var renamed = secretVariable("C")
        renamed.aliases = ["OLD_C"]
        let findings = SecretHygiene.carriedOver(
            [
                (secretVariable("A"), "vR7bq2LmX9cT"), (secretVariable("B"), "another-one"), (renamed, "vR7bq2LmX9cU"),
                (plainVariable("P"), "3001"),
            ],
            from: ["A": "vR7bq2LmX9cT", "B": "vR7bq2LmX9cT", "OLD_C": "vR7bq2LmX9cU", "P": "3001"]
        )
        #expect(findings.map(\.variable) == ["A", "C"])
        #expect(findings.allSatisfy { $0.code == .developmentValue && $0.severity == .error })
    }
}
