import AppleSignIn
import FoundationEssentials
import GroundworkCore
import GroundworkTestProcesses
import GroundworkTesting
import Testing

/// The `.p8` file in every form in which people supply it, made by the program `openssl`.
@Suite struct ApplePrivateKeyTests {
    /// Signs with the key and lets `openssl` verify that with the key that it made.
    private func signsAs(_ pem: String, _ key: ApplePrivateKey) async throws -> Bool {
        let app = AppleClient.app(bundleID: "com.example.app")
        let configuration = try AppleSignInConfiguration(
            teams: [AppleTeam(teamID: "TEAM012345", keys: [AppleSigningKey(keyID: "ABCDE12345", privateKey: key)])],
            clients: [app]
        )
        let secret = try AppleClientSecrets(configuration).secret(for: app).withValue { $0 }
        let jws = try CompactJWS(parsing: secret)
        func integer(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
            let short = Array(bytes.drop { $0 == 0 })
            let padded = (short.first ?? 0xFF) >= 0x80 ? [0] + short : short
            return [2, UInt8(padded.count)] + padded
        }
        let numbers = integer(jws.signature[..<32]) + integer(jws.signature[32...])
        let der = [0x30, UInt8(numbers.count)] + numbers
        return try await withTemporaryDirectory { directory in
            try pem.write(toFile: directory + "/key", atomically: false, encoding: .utf8)
            try Data(der).write(to: URL(filePath: directory + "/signature"))
            let signed = secret.prefix { $0 != "." } + "." + secret.split(separator: ".")[1]
            let words = ["dgst", "-sha256", "-prverify", directory + "/key", "-signature", directory + "/signature"]
            let output = try await ChildProcess.output(of: "openssl", words, input: Array(signed.utf8))
            return String(decoding: output, as: UTF8.self).contains("Verified OK")
        }
    }

    @Test func everyFormIsReadAsTheSameKey() async throws {
        let pem = try await OpenSSLKeys.p256()
        let lines = pem.split(separator: "\n").map(String.init)
        let body = lines.dropFirst().dropLast().joined()
        let escaped = pem.replacing("\n", with: "\\n")
        let forms: [(String, String)] = [
            ("PEM", pem), ("CRLF", pem.replacing("\n", with: "\r\n")), ("escaped", escaped),
            ("escaped CRLF", pem.replacing("\n", with: "\\r\\n")), ("quoted", "\"\(escaped)\""),
            ("one line", lines.joined()), ("spaces", lines.joined(separator: " ")),
            ("no last line end", String(pem.dropLast())),
            ("indented", lines.map { "    " + $0 }.joined(separator: "\n")), ("bare base64", body),
            ("base64 in lines", lines.dropFirst().dropLast().joined(separator: "\n")),
            ("base64 of PEM", Base64.encode(Array(pem.utf8))), ("base64url of PEM", Base64.encodeURL(Array(pem.utf8))),
            ("base64 of escaped PEM", Base64.encode(Array(escaped.utf8))),
        ]
        for (name, form) in forms {
            let key = try ApplePrivateKey(Secret(form))
            #expect(try await signsAs(pem, key), "\(name)")
        }
        try await withTemporaryDirectory { directory in
            for (index, form) in forms.enumerated() {
                let path = directory + "/AuthKey_\(index).p8"
                try form.1.write(toFile: path, atomically: false, encoding: .utf8)
                #expect(try await signsAs(pem, try ApplePrivateKey(Secret(path))), "path of \(form.0)")
                #expect(try await signsAs(pem, try ApplePrivateKey(path: path)), "path of \(form.0)")
            }
            let der = directory + "/key.der"
            try Data(try #require(Base64.decode(body))).write(to: URL(filePath: der))
            #expect(try await signsAs(pem, try ApplePrivateKey(path: der)))
        }
    }

    @Test func otherKeysAreNamedAndNeverShown() async throws {
        let pem = try await OpenSSLKeys.p256()
        func made(_ arguments: String) async throws -> String {
            String(decoding: try await OpenSSLKeys.run(arguments), as: UTF8.self)
        }
        let sec1 = try await OpenSSLKeys.text("ec", of: pem)
        let publicKey = try await OpenSSLKeys.text("pkey -pubout", of: pem)
        let encrypted = try await OpenSSLKeys.text("pkcs8 -topk8 -passout pass:secret", of: pem)
        let certificate = try await withTemporaryDirectory { directory in
            try pem.write(toFile: directory + "/key", atomically: false, encoding: .utf8)
            return try await made("req -new -x509 -subj /CN=example -key \(directory)/key")
        }
        let rsa = try await made("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048")
        let cases: [(String, String, String)] = [
            ("P-384", try await made("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384"), "another curve"),
            (
                "secp256k1", try await made("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1"),
                "another curve"
            ),
            (
                "brainpool", try await made("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:brainpoolP256r1"),
                "another curve"
            ),
            (
                "explicit parameters",
                try await made("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit"),
                "another curve"
            ),
            ("RSA", rsa, "RSA"),
            ("RSA in the old form", try await OpenSSLKeys.text("rsa -traditional", of: rsa), "RSA"),
            ("Ed25519", try await made("genpkey -algorithm ED25519"), "another algorithm"), ("SEC1", sec1, "old form"),
            ("parameters first", try await made("ecparam -name prime256v1 -genkey"), "old form"),
            ("public", publicKey, "public half"), ("certificate", certificate, "certificate"),
            ("encrypted", encrypted, "encrypted"),
        ]
        for (name, text, found) in cases {
            let body = text.split(separator: "\n").filter { !$0.contains("-----") }.joined()
            // As PEM, and as the bare base64 of the same bytes.
            for form in name == "parameters first" ? [text] : [text, body] {
                let error = #expect(throws: AppleSignInError.self) { try ApplePrivateKey(Secret(form)) }
                #expect(error?.code == .invalidPrivateKey)
                #expect(error?.message.contains(found) == true, "\(name): \(error?.message ?? "")")
                for piece in text.split(separator: "\n") where piece.count >= 20 && !piece.contains("-----") {
                    #expect(error?.message.contains(piece) == false, "\(name)")
                }
            }
        }
    }

    @Test func damagedKeysAreRefused() async throws {
        let pem = try await OpenSSLKeys.p256()
        let lines = pem.split(separator: "\n").map(String.init)
        let body = lines.dropFirst().dropLast().joined()
        let der = try #require(Base64.decode(body))
        var zero = der, order = der, foreign = der
        // The private number stands at 36, 32 bytes; the point at the end.
        let number = 36..<68
        try #require(Array(der[(number.lowerBound - 2)..<number.lowerBound]) == [4, 32])
        zero.replaceSubrange(number, with: [UInt8](repeating: 0, count: 32))
        order.replaceSubrange(number, with: [UInt8](repeating: 0xFF, count: 32))
        foreign[der.count - 1] ^= 1
        let forms: [String] = [
            "", " ", "no key", "-----BEGIN PRIVATE KEY-----", String(pem.dropLast(40)), lines[0] + "\n" + lines[3],
            String(body.dropLast(8)), Base64.encode(der + [0]), Base64.encode(der.dropLast()), Base64.encode(zero),
            Base64.encode(order), Base64.encode(foreign), "/nonexistent/AuthKey.p8", "AuthKey_MISSING.p8", "/dev/zero",
            "/tmp",
        ]
        for form in forms {
            let error = #expect(throws: AppleSignInError.self) { try ApplePrivateKey(Secret(form)) }
            #expect(error?.code == .invalidPrivateKey)
            if form.utf8.count > 60 { #expect(error?.message.contains(form.prefix(60)) == false) }
        }
    }

    @Test func aKeyIsNeverShown() async throws {
        let pem = try await OpenSSLKeys.p256()
        let key = try ApplePrivateKey(Secret(pem))
        let signing = AppleSigningKey(keyID: "ABCDE12345", privateKey: key)
        let body = String(pem.split(separator: "\n")[1].prefix(20))
        var dumped = ""
        dump(signing, to: &dumped)
        for text in ["\(key)", String(reflecting: key), "\(signing)", dumped] { #expect(!text.contains(body)) }
        #expect("\(key)" == "<redacted>")
    }
}
