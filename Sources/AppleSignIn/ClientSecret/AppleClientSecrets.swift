import FoundationEssentials
public import GroundworkCore

/// Client secrets, made when needed, kept while they are good, and renewed before they die.
///
/// A secret lives for half an hour here, not for six months: nothing can expire in silence. Whoever must paste one
/// somewhere takes ``export(for:lifetime:)``, which tells the day on which it dies.
public final class AppleClientSecrets: Sendable {
    private struct Entry {
        let secret: Secret<String>
        let madeAt: Int
        let renewAt: Int
        let keyIndex: Int
    }

    private struct State {
        var entries: [AppleClient: Entry] = [:]
        /// The key that Apple accepted last, by team.
        var preferred: [String: Int] = [:]
    }

    /// How long a secret lives, in seconds, up to 15,777,000.
    public let lifetime: Int
    private let configuration: AppleSignInConfiguration
    private let time: any TimeSource
    private let onWarning: @Sendable (AppleSignInWarning) -> Void
    private let state = Locked(State())

    /// Makes a store of secrets.
    /// - Parameters:
    ///   - configuration: the teams with their keys.
    ///   - lifetime: in seconds; held to Apple's cap of 15,777,000 and to at least 120.
    ///   - time: where the time comes from.
    ///   - onWarning: told when a key is refused and when an exported secret nears its end; must return soon.
    public init(
        _ configuration: AppleSignInConfiguration,
        lifetime: Int = 1800,
        time: any TimeSource = SystemTime(),
        onWarning: @escaping @Sendable (AppleSignInWarning) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.lifetime = min(max(lifetime, 120), ClientSecretToken.maximumLifetime)
        self.time = time
        self.onWarning = onWarning
    }

    /// The secret for a client: the kept one, or a fresh one when that has less than a fifth of its life left.
    ///
    /// Tasks that come at the same time wait for one signature, some 20 µs, and get the same secret.
    /// - Throws: ``AppleSignInError`` when the client has no team or the key cannot sign.
    public func secret(for client: AppleClient) throws -> Secret<String> {
        try current(for: client).secret
    }

    /// The secret for a client, made with another key than those that were `tried` if there is one.
    func current(
        for client: AppleClient,
        avoiding tried: Set<Int> = []
    ) throws(AppleSignInError) -> (secret: Secret<String>, keyIndex: Int) {
        let now = Int(time.now.timeIntervalSince1970)
        return try state.withLock { state throws(AppleSignInError) in
            // A clock that was set back must not keep a secret alive that is from the future for Apple.
            if let entry = state.entries[client], now < entry.renewAt,
                now >= entry.madeAt - ClientSecretToken.backdating, !tried.contains(entry.keyIndex)
            {
                return (entry.secret, entry.keyIndex)
            }
            let team = try configuration.team(of: client)
            var index = min(state.preferred[team.teamID] ?? 0, team.keys.count - 1)
            if tried.contains(index) { index = team.keys.indices.first { !tried.contains($0) } ?? index }
            let secret = try sign(for: client, keyIndex: index, now: now, lifetime: lifetime)
            let renewAt = now + lifetime - lifetime / 5
            state.entries[client] = Entry(secret: secret, madeAt: now, renewAt: renewAt, keyIndex: index)
            return (secret, index)
        }
    }

    /// A fresh secret, made with one key of the client's team.
    func sign(
        for client: AppleClient,
        keyIndex: Int,
        now: Int,
        lifetime: Int
    ) throws(AppleSignInError) -> Secret<String> {
        let team = try configuration.team(of: client)
        guard team.keys.indices.contains(keyIndex) else {
            throw AppleSignInError(.invalidConfiguration, "The team \(team.teamID) has no key.")
        }
        return Secret(
            try ClientSecretToken.sign(
                key: team.keys[keyIndex],
                teamID: team.teamID,
                clientID: client.clientID,
                audience: configuration.endpoints.issuer,
                now: now,
                lifetime: lifetime
            )
        )
    }

    /// Apple has refused the secret made with a key: the next key of the team is preferred from now on.
    /// - Returns: whether there is another key that was not tried.
    func refused(_ client: AppleClient, keyIndex: Int, tried: inout Set<Int>) throws(AppleSignInError) -> Bool {
        let team = try configuration.team(of: client)
        tried.insert(keyIndex)
        let next = team.keys.indices.first { !tried.contains($0) }
        state.withLock { state in
            // Somebody else may have switched already.
            if let next, (state.preferred[team.teamID] ?? 0) == keyIndex { state.preferred[team.teamID] = next }
            // Also without another key: the secret may be bad for the clock that it was made by.
            state.entries = state.entries.filter { entry in
                entry.value.keyIndex != keyIndex
                    || (try? configuration.team(of: entry.key))?.teamID != team.teamID
            }
        }
        guard let next else { return false }
        onWarning(
            .keyRefused(teamID: team.teamID, keyID: team.keys[keyIndex].keyID, nextKeyID: team.keys[next].keyID)
        )
        return true
    }

    /// A secret to paste somewhere else, and when it dies. It is made with the key that Apple accepted last.
    /// - Parameters:
    ///   - client: the app or service that it is for.
    ///   - lifetime: in seconds, up to Apple's cap of 15,777,000.
    /// - Throws: ``AppleSignInError`` when the lifetime is beyond the cap or not positive, or the client is not
    ///   configured.
    public func export(
        for client: AppleClient,
        lifetime: Int = 15_777_000
    ) throws -> AppleExportedSecret {
        guard (1...ClientSecretToken.maximumLifetime).contains(lifetime) else {
            throw AppleSignInError(
                .invalidConfiguration,
                "A client secret lives for 1 to \(ClientSecretToken.maximumLifetime) seconds, not \(lifetime)."
            )
        }
        let team = try configuration.team(of: client)
        let index = min(state.withLock { $0.preferred[team.teamID] ?? 0 }, team.keys.count - 1)
        let now = Int(time.now.timeIntervalSince1970)
        let secret = try sign(for: client, keyIndex: index, now: now, lifetime: lifetime)
        return AppleExportedSecret(
            secret: secret,
            clientID: client.clientID,
            keyID: team.keys[index].keyID,
            expiresAt: Date(
                timeIntervalSince1970: Double(ClientSecretToken.expiry(now: now, lifetime: lifetime))
            )
        )
    }

    /// Looks at an exported secret and warns when it has less than `notice` left. Call it once a day.
    /// - Returns: the time that it has left; negative when it is dead.
    @discardableResult
    public func check(_ exported: AppleExportedSecret, notice: Duration = .seconds(14 * 86_400)) -> Duration {
        let left = Duration.seconds(exported.expiresAt.timeIntervalSince(time.now))
        if left < notice { onWarning(.exportedSecretExpires(clientID: exported.clientID, at: exported.expiresAt)) }
        return left
    }
}
