/// How a connection to a server is protected. The server's certificate and name are verified whenever TLS is used.
public struct SMTPSecurity: Sendable, Hashable, CustomStringConvertible {
    private enum Base: Sendable, Hashable {
        case implicit, required, opportunistic, none
    }

    private let base: Base

    /// TLS from the first byte (RFC 8314, section 3.3); usually port 465.
    public static let implicitTLS = SMTPSecurity(base: .implicit)
    /// `STARTTLS` (RFC 3207), without which no message goes out; usually port 587.
    public static let startTLS = SMTPSecurity(base: .required)
    /// `STARTTLS` when the server offers it, else in clear. It protects from nobody who changes what the server says;
    /// credentials are held back without TLS.
    public static let opportunisticStartTLS = SMTPSecurity(base: .opportunistic)
    /// In clear; for relays on the same machine and for tests. Credentials are held back.
    public static let none = SMTPSecurity(base: .none)

    /// The port that servers use for it: 465, 587 or 25.
    public var usualPort: UInt16 {
        switch base {
        case .implicit: 465
        case .required, .opportunistic: 587
        case .none: 25
        }
    }

    package var isImplicit: Bool { base == .implicit }
    package var startsTLS: Bool { base == .required || base == .opportunistic }
    package var isOpportunistic: Bool { base == .opportunistic }
    package var requiresTLS: Bool { base == .required || base == .implicit }

    /// The name.
    public var description: String {
        switch base {
        case .implicit: "implicitTLS"
        case .required: "startTLS"
        case .opportunistic: "opportunisticStartTLS"
        case .none: "none"
        }
    }
}

/// Whose certificates are trusted.
public enum SMTPTrust: Sendable {
    /// Those that the system trusts (`SSL_CERT_FILE` and `SSL_CERT_DIR` are heeded).
    case system
    /// Those of a PEM text, and no others.
    case certificates(pem: String)
}
