/// Why something of Sign in with Apple did not succeed.
///
/// The text is a full sentence with the remedy; it never holds a key, a client secret, a code, a token or what Apple
/// tells of a user.
public struct AppleSignInError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure. The set is open: a `switch` needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's name, such as `expiredToken`.
        public let rawValue: String

        /// Any code, also one that is not listed here.
        public init(_ rawValue: String) { self.rawValue = rawValue }

        /// The code's name.
        public var description: String { rawValue }

        // Identity tokens and notifications.

        /// The token is not a JSON Web Signature in compact form, or longer than allowed.
        public static let malformedToken = Code("malformedToken")
        /// The token is signed with another algorithm than RS256.
        public static let unsupportedAlgorithm = Code("unsupportedAlgorithm")
        /// The token names no key, or one that Apple does not publish.
        public static let unknownKey = Code("unknownKey")
        /// The signature is not that of the named key.
        public static let invalidSignature = Code("invalidSignature")
        /// The token's claims are not what Apple sends.
        public static let malformedClaims = Code("malformedClaims")
        /// Another issuer.
        public static let wrongIssuer = Code("wrongIssuer")
        /// The token is for another app or service.
        public static let wrongAudience = Code("wrongAudience")
        /// The token has expired.
        public static let expiredToken = Code("expiredToken")
        /// The token is from the future: one of the clocks is wrong.
        public static let tokenFromFuture = Code("tokenFromFuture")
        /// The nonce is missing, or another than the one that was sent.
        public static let wrongNonce = Code("wrongNonce")
        /// `at_hash` or `c_hash` belongs to another access token or code.
        public static let wrongHash = Code("wrongHash")
        /// No keys of Apple's could be had.
        public static let keysUnavailable = Code("keysUnavailable")

        // Configuration.

        /// A setting is missing or has the wrong shape.
        public static let invalidConfiguration = Code("invalidConfiguration")
        /// The private key cannot be used.
        public static let invalidPrivateKey = Code("invalidPrivateKey")

        // The callback.

        /// The callback's body is not what Apple posts.
        public static let malformedCallback = Code("malformedCallback")
        /// The user said no.
        public static let cancelled = Code("cancelled")
        /// The state is missing, altered, expired, used before, or another session's.
        public static let wrongState = Code("wrongState")

        // Apple's endpoints (RFC 6749, section 5.2).

        /// Apple says `invalid_request`.
        public static let invalidRequest = Code("invalid_request")
        /// Apple says `invalid_client`.
        public static let invalidClient = Code("invalid_client")
        /// Apple says `invalid_grant`.
        public static let invalidGrant = Code("invalid_grant")
        /// Apple says `unauthorized_client`.
        public static let unauthorizedClient = Code("unauthorized_client")
        /// Apple says `unsupported_grant_type`.
        public static let unsupportedGrantType = Code("unsupported_grant_type")
        /// Apple says `invalid_scope`.
        public static let invalidScope = Code("invalid_scope")
        /// Apple's server is overloaded, down or not reachable.
        public static let unavailable = Code("unavailable")
        /// Apple asks for fewer requests.
        public static let throttled = Code("throttled")
        /// The request may or may not have been acted on.
        public static let outcomeUnknown = Code("outcomeUnknown")
        /// The answer is not what Apple documents.
        public static let unexpectedAnswer = Code("unexpectedAnswer")
        /// The refresh token was validated less than a day ago (D: verifying a user).
        public static let refreshedTooSoon = Code("refreshedTooSoon")
    }

    /// The kind of failure.
    public var code: Code
    /// A full sentence that names the thing and the remedy.
    public var message: String
    /// The likely cause, where Apple's answer tells it.
    public var cause: Cause?
    /// The status of Apple's answer, if there was one.
    public var httpStatus: Int?
    /// Whether the same call may succeed later without any change.
    public var isRetryable: Bool
    /// The error below, if any.
    public var underlyingError: (any Error)?

    /// Makes an error.
    public init(
        _ code: Code,
        _ message: String,
        cause: Cause? = nil,
        httpStatus: Int? = nil,
        isRetryable: Bool = false,
        underlyingError: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.cause = cause
        self.httpStatus = httpStatus
        self.isRetryable = isRetryable
        self.underlyingError = underlyingError
    }

    /// The code and the message.
    public var description: String { "\(code): \(message)" }
}

extension AppleSignInError {
    /// What lies behind an error that Apple reports. The set is open.
    public struct Cause: Sendable, Hashable, CustomStringConvertible {
        /// The cause's name.
        public let rawValue: String

        /// Any cause, also one that is not listed here.
        public init(_ rawValue: String) { self.rawValue = rawValue }

        /// The cause's name.
        public var description: String { rawValue }

        /// The authorization code was exchanged before.
        public static let codeUsed = Cause("codeUsed")
        /// The code is older than five minutes, or the user withdrew consent.
        public static let codeExpiredOrRevoked = Cause("codeExpiredOrRevoked")
        /// The code was issued to another client: App ID and Services ID are mixed up.
        public static let clientMismatch = Cause("clientMismatch")
        /// The redirect URI is another than that of the authorization request.
        public static let redirectMismatch = Cause("redirectMismatch")
        /// The PKCE verifier is missing or wrong.
        public static let verifierMismatch = Cause("verifierMismatch")
        /// The client secret was refused: key, team, client id, clock or lifetime.
        public static let clientSecretRefused = Cause("clientSecretRefused")
    }
}
