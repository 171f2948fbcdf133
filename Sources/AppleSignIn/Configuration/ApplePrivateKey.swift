public import GroundworkCore
import GroundworkCrypto

/// The private key of a `.p8` file from Apple's developer portal: P-256 in PKCS #8, parsed once and never shown.
public struct ApplePrivateKey: Sendable, CustomStringConvertible, CustomReflectable {
    let key: P256PrivateKey

    /// Reads a key as people supply it: the path of a file, PEM, PEM with `\n` for its line ends or with CRLF, PEM on
    /// one line, base64 of PEM, or base64 of DER.
    /// - Throws: ``AppleSignInError`` with `invalidPrivateKey` that says what was found, never the key.
    public init(_ pathOrContents: Secret<String>) throws(AppleSignInError) {
        let text: PEMText
        do {
            text = try pathOrContents.withValue { value throws(TextParsingError) in
                try PEMText(pathOrContents: value)
            }
        } catch {
            throw Self.refused("\(error)")
        }
        try self.init(text)
    }

    /// Reads the file at a path.
    /// - Throws: ``AppleSignInError`` with `invalidPrivateKey`.
    public init(path: String) throws(AppleSignInError) {
        let text: PEMText
        do {
            text = try PEMText(contentsOfFile: path)
        } catch {
            throw Self.refused("\(error)")
        }
        try self.init(text)
    }

    /// Takes a key that is decoded already.
    /// - Throws: ``AppleSignInError`` with `invalidPrivateKey`.
    public init(_ text: PEMText) throws(AppleSignInError) {
        if let label = text.label, label != "PRIVATE KEY" {
            let hint =
                switch label {
                case "PUBLIC KEY": "it is the public half of a key; the .p8 file holds the private one"
                case "CERTIFICATE": "it is a certificate"
                case "EC PRIVATE KEY", "EC PARAMETERS":
                    "it is an EC key in the old form; convert it: openssl pkcs8 -topk8 -nocrypt -in key.pem"
                case "RSA PRIVATE KEY": "it is an RSA key; Apple's are P-256"
                default: "its PEM block is labelled otherwise than PRIVATE KEY"
                }
            throw Self.refused(hint)
        }
        do {
            key = try text.der.withValue { der throws(P256PrivateKey.Refusal) in try P256PrivateKey(pkcs8: der) }
        } catch {
            switch error {
            case .notPKCS8(let found): throw Self.refused(Self.hint(found))
            case .notEllipticCurve: throw Self.refused("it is a key of another algorithm (RSA?); Apple's are P-256")
            case .otherCurve: throw Self.refused("it is an elliptic-curve key on another curve than P-256")
            case .invalid: throw Self.refused("its numbers are no key: it is damaged")
            }
        }
    }

    private static func hint(_ found: P256PrivateKey.OtherDER) -> String {
        switch found {
        case .encryptedKey: "it is encrypted; decrypt it: openssl pkcs8 -in key.pem -out key.p8"
        case .publicKey: "it is the public half of a key; the .p8 file holds the private one"
        case .certificate: "it is a certificate"
        case .ellipticCurveKey:
            "it is an EC key in the old form; convert it: openssl pkcs8 -topk8 -nocrypt -in key.pem"
        case .rsaKey: "it is an RSA key; Apple's are P-256"
        case .unknown: "it is no unencrypted PKCS #8 private key"
        }
    }

    private static func refused(_ reason: String) -> AppleSignInError {
        AppleSignInError(
            .invalidPrivateKey,
            "The private key for Sign in with Apple cannot be used: \(reason). "
                + "Give the .p8 file that Apple's developer portal offers once under Keys, or its path."
        )
    }

    /// Always `<redacted>`.
    public var description: String { "<redacted>" }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
