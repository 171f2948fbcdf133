import FoundationEssentials
public import GroundworkCore
import GroundworkCrypto

/// Puts all that must be remembered of a sign-in into its `state`, encrypted and authenticated, so that no session and
/// no store is needed before the user is known.
///
/// A sealed state is bound to the browser by a cookie (else an attacker could complete *his* sign-in in the victim's
/// browser), to the service, and to a time; a ``AppleReplayStore`` makes it good for one use.
public struct AppleStateSealer: Sendable {
    /// How long the user may take; held to between a second and a day.
    public var lifetime: Duration = .seconds(600)
    private let current: AESGCM
    private let previous: [AESGCM]
    private let time: any TimeSource

    /// Makes a sealer.
    /// - Parameters:
    ///   - key: 32 random bytes, the same on all servers that may get the callback: `openssl rand -base64 32`.
    ///   - previousKeys: keys that still open states, but seal no more.
    ///   - time: where the time comes from.
    /// - Throws: ``AppleSignInError`` when a key has another length.
    public init(
        key: Secret<[UInt8]>,
        previousKeys: [Secret<[UInt8]>] = [],
        time: any TimeSource = SystemTime()
    ) throws(AppleSignInError) {
        guard let current = AESGCM(key: key) else { throw Self.wrongLength }
        var previous: [AESGCM] = []
        for key in previousKeys {
            guard let box = AESGCM(key: key) else { throw Self.wrongLength }
            previous.append(box)
        }
        self.current = current
        self.previous = previous
        self.time = time
    }

    private static let wrongLength = AppleSignInError(
        .invalidConfiguration,
        "The key that seals states has another length than 32 bytes: openssl rand -base64 32."
    )

    private static let purpose = Array("groundwork apple state 1".utf8)

    /// No sealed state is longer.
    static let maximumLength = 6144

    func seal(_ contents: SealedState) throws -> String {
        let state = try seal(contents.fields, purpose: Self.purpose)
        guard state.utf8.count <= Self.maximumLength else {
            throw AppleSignInError(.invalidConfiguration, "The sealed state is too long; remember less in its context.")
        }
        return state
    }

    func open(_ state: String) -> SealedState? {
        open(state, purpose: Self.purpose, maximumLength: Self.maximumLength).flatMap { SealedState(fields: $0) }
    }

    /// Encrypts fields; what was sealed for one purpose opens for no other.
    func seal(_ fields: [String], purpose: [UInt8]) throws -> String {
        Base64.encodeURL(try current.seal(SealedFields.encode(fields), authenticating: purpose))
    }

    func open(_ text: String, purpose: [UInt8], maximumLength: Int) -> [String]? {
        guard text.utf8.count <= maximumLength, let bytes = Base64.decodeURL(text) else { return nil }
        for box in [current] + previous {
            if let contents = box.open(bytes, authenticating: purpose) { return SealedFields.decode(contents) }
        }
        return nil
    }

    /// The lifetime in whole seconds.
    var seconds: Int { Self.seconds(lifetime) }

    static func seconds(_ lifetime: Duration) -> Int { Int(min(max(lifetime.seconds, 1), 86_400)) }

    func expiry(after lifetime: Duration? = nil) -> Int {
        Int(time.now.timeIntervalSince1970) + Self.seconds(lifetime ?? self.lifetime)
    }

    func isAlive(_ contents: SealedState) -> Bool { isAlive(until: contents.expiresAt, lifetime: lifetime) }

    func isAlive(until expiresAt: Int, lifetime: Duration) -> Bool {
        let now = Int(time.now.timeIntervalSince1970)
        // Nothing sealed here can lie further ahead than its lifetime.
        return now < expiresAt && expiresAt <= now + Self.seconds(lifetime) + 60
    }
}

/// What a sealed state holds.
struct SealedState: Sendable, Hashable {
    var clientID: String
    var redirectURI: String
    var nonce: String
    var codeVerifier: String
    var cookieHash: String
    var context: String
    var id: String
    var expiresAt: Int

    var fields: [String] {
        [clientID, redirectURI, nonce, codeVerifier, cookieHash, context, id, String(expiresAt)]
    }

    init(
        clientID: String,
        redirectURI: String,
        nonce: String,
        codeVerifier: String,
        cookieHash: String,
        context: String,
        id: String,
        expiresAt: Int
    ) {
        self.clientID = clientID
        self.redirectURI = redirectURI
        self.nonce = nonce
        self.codeVerifier = codeVerifier
        self.cookieHash = cookieHash
        self.context = context
        self.id = id
        self.expiresAt = expiresAt
    }

    init?(fields: [String]) {
        guard fields.count == 8, let expiresAt = Int(fields[7]) else { return nil }
        self.init(
            clientID: fields[0],
            redirectURI: fields[1],
            nonce: fields[2],
            codeVerifier: fields[3],
            cookieHash: fields[4],
            context: fields[5],
            id: fields[6],
            expiresAt: expiresAt
        )
    }
}
