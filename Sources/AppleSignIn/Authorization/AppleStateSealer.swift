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
        let state = Base64.encodeURL(try current.seal(contents.bytes, authenticating: Self.purpose))
        guard state.utf8.count <= Self.maximumLength else {
            throw AppleSignInError(.invalidConfiguration, "The sealed state is too long; remember less in its context.")
        }
        return state
    }

    func open(_ state: String) -> SealedState? {
        guard state.utf8.count <= Self.maximumLength, let bytes = Base64.decodeURL(state) else { return nil }
        for box in [current] + previous {
            if let contents = box.open(bytes, authenticating: Self.purpose) { return SealedState(bytes: contents) }
        }
        return nil
    }

    /// The lifetime in whole seconds.
    var seconds: Int { Int(min(max(lifetime.seconds, 1), 86_400)) }

    func expiry() -> Int {
        Int(time.now.timeIntervalSince1970) + seconds
    }

    func isAlive(_ contents: SealedState) -> Bool {
        let now = Int(time.now.timeIntervalSince1970)
        // Nothing sealed here can lie further ahead than its lifetime.
        return now < contents.expiresAt && contents.expiresAt <= now + seconds + 60
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

    /// Each field with its length before it, four bytes big-endian.
    var bytes: [UInt8] {
        var result: [UInt8] = []
        for field in [clientID, redirectURI, nonce, codeVerifier, cookieHash, context, id, String(expiresAt)] {
            let utf8 = Array(field.utf8)
            for shift in [24, 16, 8, 0] { result.append(UInt8(truncatingIfNeeded: utf8.count >> shift)) }
            result += utf8
        }
        return result
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

    init?(bytes: [UInt8]) {
        var fields: [String] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard rest.count >= 4 else { return nil }
            let count = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(4)
            guard rest.count >= count, let text = String(validating: rest.prefix(count), as: UTF8.self) else {
                return nil
            }
            fields.append(text)
            rest = rest.dropFirst(count)
        }
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
