import FoundationEssentials
public import GroundworkCore

extension AppleSignInClient {
    /// Begins a sign-in on the web or on Android.
    ///
    /// State, nonce and PKCE verifier are random, 256 bits each. With a ``stateSealer`` they travel in the state, and
    /// only the cookie of the result must be set; without, remember them with the user's session.
    /// - Parameters:
    ///   - client: the service.
    ///   - request: what to ask the user for.
    ///   - cookie: the value of the request's cookie ``AppleStateCookie/name``, if it has one. It is kept, so that
    ///     sign-ins begun in two windows of one browser do not end each other.
    /// - Throws: ``AppleSignInError`` when the client is no service or what is asked for cannot be had.
    public func authorization(
        for client: AppleClient,
        _ request: AppleAuthorizationRequest = AppleAuthorizationRequest(),
        keeping cookie: Secret<String>? = nil
    ) throws -> AppleAuthorization {
        guard let redirectURI = client.redirectURI else {
            throw AppleSignInError(
                .invalidConfiguration,
                "\(client.clientID) is an app: apps ask on the device. Only a service has a page to send users to."
            )
        }
        guard configuration.clients.contains(client) else {
            throw AppleSignInError(.invalidConfiguration, "\(client.clientID) is not in the configuration.")
        }
        let nonce = Self.token()
        let verifier = request.usesPKCE ? Self.token() : nil
        var state = Self.token()
        var stateCookie: AppleStateCookie?
        if let stateSealer {
            let value = cookie.flatMap { AppleStateCookie.isValue($0) ? $0 : nil } ?? Secret(Self.token())
            guard let hash = AppleStateCookie.hash(value), (request.context?.utf8.count ?? 0) <= 512 else {
                throw AppleSignInError(.invalidConfiguration, "The context to remember is longer than 512 bytes.")
            }
            state = try stateSealer.seal(
                SealedState(
                    clientID: client.clientID,
                    redirectURI: redirectURI,
                    nonce: nonce,
                    codeVerifier: verifier ?? "",
                    cookieHash: hash,
                    context: request.context ?? "",
                    id: Self.token(),
                    expiresAt: stateSealer.expiry()
                )
            )
            stateCookie = AppleStateCookie(value: value, maximumAge: stateSealer.seconds)
        }
        let url = try AuthorizationURL.make(
            request,
            client: client,
            redirectURI: redirectURI,
            endpoints: configuration.endpoints,
            state: state,
            nonce: nonce,
            codeVerifier: verifier
        )
        return AppleAuthorization(
            url: url,
            state: Secret(state),
            nonce: Secret(nonce),
            codeVerifier: verifier.map { Secret($0) },
            cookie: stateCookie
        )
    }

    /// Opens the sealed state of a callback: who asked, and what must match.
    /// - Parameters:
    ///   - callback: what Apple posted.
    ///   - cookie: the value of the request's cookie ``AppleStateCookie/name``.
    /// - Throws: ``AppleSignInError`` with `wrongState` for a state that is altered, expired, used before, sealed with
    ///   another key, or begun in another browser.
    public func pendingAuthorization(
        of callback: AppleCallback,
        cookie: Secret<String>?
    ) async throws -> ApplePendingAuthorization {
        guard let stateSealer else {
            throw AppleSignInError(
                .invalidConfiguration,
                "There is no sealer; remember sign-ins in the user's session."
            )
        }
        guard let state = callback.state, let contents = state.withValue({ stateSealer.open($0) }) else {
            throw AppleSignInError(.wrongState, "The callback's state is missing or was not made here; sign in again.")
        }
        guard stateSealer.isAlive(contents) else {
            throw AppleSignInError(.wrongState, "The sign-in took too long; sign in again.")
        }
        guard let cookie, let hash = AppleStateCookie.hash(cookie),
            ConstantTime.equal(hash.utf8, contents.cookieHash.utf8)
        else {
            throw AppleSignInError(
                .wrongState,
                "The sign-in was begun in another browser, or the cookie \(AppleStateCookie.name) did not come back: "
                    + "it needs https and SameSite=None."
            )
        }
        let match = configuration.clients.first {
            $0.clientID.isExactly(contents.clientID) && $0.redirectURI?.isExactly(contents.redirectURI) == true
        }
        guard let client = match else {
            throw AppleSignInError(.wrongState, "The sign-in was begun for a service that is not configured any more.")
        }
        let expiry = Date(timeIntervalSince1970: Double(contents.expiresAt))
        guard try await replayStore.claim("state:\(contents.id)", until: expiry) else {
            throw AppleSignInError(.wrongState, "The callback came twice; sign in again.")
        }
        return ApplePendingAuthorization(
            client: client,
            state: state,
            nonce: Secret(contents.nonce),
            codeVerifier: contents.codeVerifier.isEmpty ? nil : Secret(contents.codeVerifier),
            context: contents.context.isEmpty ? nil : contents.context
        )
    }

    /// 256 random bits of the system's generator, as 43 letters, digits, dashes and underscores.
    static func token() -> String {
        Base64.encodeURL(SystemRandom().bytes(32))
    }
}
