import GroundworkBase
import GroundworkEnvModel
import GroundworkEnvSecrets

/// Judges one value. A class: a structure that holds a variable is large, and the compiler writes out its copies.
final class SecretJudge {
    let text: String
    let variable: EnvVariable
    private(set) var findings: [SecretFinding] = []

    init(text: String, variable: EnvVariable) {
        self.text = text
        self.variable = variable
    }

    private var kind: EnvSecretTraits.Kind { variable.secret?.kind ?? .generic }

    private func add(
        _ code: SecretFinding.Code,
        _ severity: SecretFinding.Severity,
        _ message: String,
        _ remedy: String
    ) {
        findings.append(SecretFinding(code, severity, variable: variable.name, message: message, remedy: remedy))
    }

    private static let download = "use the AuthKey file of Apple's developer portal (.p8)"
    private static let newSecret = "make one with `openssl rand -base64 48`, or get the real one from its vendor"

    /// A value that is declared secret.
    func judgeSecret() {
        if text == variable.example || (text == variable.type.example && text.utf8.count > 4) {
            add(.publicExample, .error, "is the example of the schema", Self.newSecret)
            return
        }
        if kind == .privateKey || kind == .appleKey || text.firstRange(of: "-----BEGIN") != nil {
            judgeKey()
            return
        }
        if let password = URLPassword(text) {
            judge(password.text, floor: .connectionPassword, what: "holds a password that")
            return
        }
        // Without a password a URL is an address, whose words are no placeholder.
        if kind == .connectionURL || URLPassword.host(text) != nil { return }
        judge(text, floor: SecretFloor(kind), what: "")
    }

    /// `what` precedes the finding when only a part of the value is meant.
    private func judge(_ text: String, floor: SecretFloor?, what: String) {
        let subject = what.isEmpty ? "" : what + " "
        if PlaceholderText.isDocumented(text) {
            add(.publicExample, .error, "\(subject)is an example out of public documentation", Self.newSecret)
            return
        }
        if let placeholder = PlaceholderText.kind(of: text) {
            add(.placeholder, .error, "\(subject)is \(placeholder)", Self.newSecret)
            return
        }
        guard let floor else { return }
        let severity: SecretFinding.Severity = floor.isFirm ? .error : .warning
        let key = floor.isFirm ? SecretStrength.keyLength(text) : (text.utf8.count, nil)
        if key.0 < floor.bytes {
            let encoding = key.1.map { ", decoded from \($0)," } ?? ""
            add(
                .tooShort,
                severity,
                "\(subject)is too short\(encoding): its kind needs at least \(floor.bytes) bytes",
                Self.newSecret
            )
        } else if SecretStrength.bits(text) < floor.bits {
            add(.lowEntropy, severity, "\(subject)is too regular to be random", Self.newSecret)
        }
    }

    /// A value that is not declared secret but may be one.
    func judgePlain() {
        if let password = URLPassword(text), !password.isReference {
            add(
                .undeclaredSecret,
                .error,
                "holds a password in its URL but is not declared secret",
                "declare it as Secret<URL>, or take the password out"
            )
        }
        if text.firstRange(of: "PRIVATE KEY-----") != nil {
            add(
                .undeclaredSecret,
                .error,
                "holds a private key but is not declared secret",
                "declare it as Secret<PEMText>"
            )
        }
        for shape in SecretShape.all where shape.isSecret && shape.begins(text) && shape.fits(text) {
            add(
                .undeclaredSecret,
                .error,
                "looks like a \(shape.what) of \(shape.vendor) but is not declared secret",
                "declare it as Secret<String>, or put the right value there"
            )
        }
    }

    /// The forms of vendors.
    func judgeShape() {
        guard findings.isEmpty, !PlaceholderText.isDocumented(text) else { return }
        if let named = SecretShape.all.first(where: { $0.isNamed(by: variable.name) }) {
            guard !named.fits(text) else { return }
            let other = SecretShape.all.first { !$0.prefixes.isEmpty && $0.begins(text) && $0.fits(text) }
            let seen = other.map { ": it looks like a \($0.what) of \($0.vendor)" } ?? ""
            add(
                .wrongShape,
                other == nil ? .warning : .error,
                "has not the form of a \(named.what) of \(named.vendor) (\(named.form))\(seen)",
                "copy it again, whole and without quotes or blanks"
            )
            return
        }
        if let begun = SecretShape.all.first(where: { $0.begins(text) }), !begun.fits(text) {
            add(
                .wrongShape,
                .warning,
                "begins like a \(begun.what) of \(begun.vendor) but has not its form (\(begun.form))",
                "copy it again, whole"
            )
        } else if variable.name.hasSuffix("SECRET_ACCESS_KEY"), text.hasPrefix("AKIA") || text.hasPrefix("ASIA"),
            text.utf8.count == 20
        {
            add(.wrongShape, .error, "holds an access key id instead of the secret key", "swap the two values")
        }
    }

    /// Values made for development.
    func judgeProduction() {
        if TestKey.isOne(text) {
            add(.developmentValue, .warning, "is a key of the vendor's test mode in production", "use the live key")
        }
        guard let host = URLPassword.host(text) else { return }
        if ["localhost", "127.0.0.1", "::1", "0.0.0.0", "host.docker.internal"].contains(host)
            || host.hasSuffix(".localhost")
        {
            add(.developmentValue, .warning, "points to this machine in production", "name the production host")
        }
    }

    private func judgeKey() {
        let isApple = kind == .appleKey || variable.name.hasPrefix("APPLE_") || variable.name.hasPrefix("APNS_")
        let isDeclaredKey = kind == .privateKey || kind == .appleKey
        // Keys of OpenSSH and OpenPGP are no DER, and neither are they of Apple.
        if text.firstRange(of: "BEGIN OPENSSH") != nil || text.firstRange(of: "BEGIN PGP") != nil {
            if isApple { add(.weakKey, .error, "is no P-256 key in PKCS#8, as Apple's keys are", Self.download) }
            return
        }
        guard isDeclaredKey || isApple || text.firstRange(of: "PRIVATE KEY-----") != nil else { return }
        let pem: PEMText
        do throws(TextParsingError) { pem = try PEMText(parsing: text) } catch {
            // A path says nothing about the key, and audits judge values of other machines.
            if text.utf8.count < 256, text.firstRange(of: "-----") == nil,
                text.utf8.contains(where: { $0 == 0x2F || $0 == 0x2E })
            {
                return
            }
            add(.weakKey, .error, "is no usable private key: \(error.reason)", "copy the whole file, from BEGIN to END")
            return
        }
        let shape = PrivateKeyShape(pem.der.withValue { $0 })
        switch shape {
        case .p256: return
        case .publicKey:
            add(.weakKey, .error, "holds a public key instead of the private one", "use the private key")
        case .certificate:
            if isDeclaredKey {
                add(.weakKey, .error, "holds a certificate instead of a private key", "use the private key")
            }
        case .encrypted:
            add(.weakKey, .error, "holds an encrypted key", "decrypt it with `openssl pkcs8`")
        case .unknown:
            add(
                .weakKey,
                .error,
                "holds no private key that is known here, or one that is cut off",
                "copy it again, whole"
            )
        case .rsa, .edwards, .otherEC:
            if isApple {
                add(.weakKey, .error, "is no P-256 key in PKCS#8, as Apple's keys are", Self.download)
            } else if case .rsa(let bits) = shape, bits < 2048 {
                add(.weakKey, .error, "is an RSA key of only \(bits) bits", "make one of at least 2048 bits")
            }
        }
    }
}

/// The password in the text of a URL, found also where the URL has several hosts or other faults.
struct URLPassword {
    /// Percent-decoded.
    let text: String
    /// Whether a variable stands for it.
    var isReference: Bool { text.hasPrefix("${") || text.hasPrefix("$(") }

    init?(_ url: String) {
        guard let authority = Self.authority(url), let at = authority.utf8.lastIndex(of: UInt8(ascii: "@")) else {
            return nil
        }
        let info = authority[..<at]
        guard let colon = info.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let password = info[colon...].dropFirst()
        guard !password.isEmpty else { return nil }
        text = Self.decoded(password)
    }

    /// The host in lower case and without port and brackets; nil when the text is no URL.
    static func host(_ url: String) -> String? {
        guard var rest = authority(url) else { return nil }
        if let at = rest.utf8.lastIndex(of: UInt8(ascii: "@")) { rest = rest[at...].dropFirst() }
        if rest.utf8.first == UInt8(ascii: "[") {
            return rest.dropFirst().prefix { $0 != "]" }.lowercasedASCII()
        }
        return String(rest.utf8.prefix { $0 != UInt8(ascii: ":") })?.lowercasedASCII()
    }

    private static func authority(_ url: String) -> Substring? {
        guard let separator = url.firstRange(of: "://"), separator.lowerBound != url.startIndex,
            url[..<separator.lowerBound].utf8.allSatisfy({ $0 > 0x20 && $0 != 0x2F && $0 < 0x7F })
        else { return nil }
        let rest = url[separator.upperBound...]
        let end = rest.utf8.firstIndex { $0 == 0x2F || $0 == 0x3F || $0 == 0x23 } ?? rest.endIndex
        return rest[..<end]
    }

    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2, let high = Hex.nibble(rest[rest.startIndex]),
                let low = Hex.nibble(rest[rest.startIndex + 1])
            {
                bytes.append(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
