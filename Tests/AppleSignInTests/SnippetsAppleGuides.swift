import AppleSignIn
import AppleSignInTesting
import FoundationEssentials
import GroundworkCore

// The examples of AppleSignIn's guides, line by line. They are compiled, not run. What a reader's program would bring
// stands in `SnippetsAppleSupport.swift`.

struct ServicesIDGuide {
    func proof(apple: AppleSignInClient) async throws {
        let diagnosis = try await apple.diagnose()
        print(diagnosis)
        guard diagnosis.isHealthy else { throw ExitWithFailure() }
    }
}

struct WebGuide {
    func begin(
        configuration: AppleSignInConfiguration,
        stateKey: Secret<[UInt8]>,
        replayStore: any AppleReplayStore
    ) throws {
        let sealer = try AppleStateSealer(key: stateKey)  // openssl rand -base64 32, the same on all servers
        let apple = try AppleSignInClient(configuration, stateSealer: sealer, replayStore: replayStore)
        let service = configuration.clients(withID: "com.example.web")[0]
        let bounce = try apple.bounce(to: "/auth/apple/finish")

        func signIn(_ request: Request) throws -> Response {
            var wishes = AppleAuthorizationRequest()
            wishes.context = AppleLocalPath(request.query["next"] ?? "/")?.rawValue
            let known = AppleStateCookie.value(inCookieHeader: request.cookieHeader)
            let start = try apple.authorization(for: service, wishes, keeping: known)
            return Response(status: 303, location: start.url, cookie: start.cookie?.setCookie)
        }
        _ = (signIn, bounce)
    }

    struct Callback {
        let apple: AppleSignInClient
        let bounce: AppleBounce
        let users: Users

        func callback(_ request: Request) throws -> Response {
            Response(try bounce.answer(toFormBody: request.body))
        }

        func finish(_ request: Request) async throws -> Response {
            let callback = try await bounce.callback(query: request.queryString, cookieHeader: request.cookieHeader)
            let cookie = AppleStateCookie.value(inCookieHeader: request.cookieHeader)
            switch try await apple.finish(callback, cookie: cookie) {
            case .cancelled(let context):
                return Response(status: 303, location: context ?? "/")
            case .signedIn(let session):
                try await users.save(session.identity.subject, name: session.firstLogin)  // told once: save it
                try await users.keep(session.tokens.refreshToken, for: session.identity.subject)
                return try await logIn(session.identity.subject, then: session.context ?? "/")
            }
        }

        func logIn(_ subject: String, then location: String) async throws -> Response {
            Response(status: 303, location: location)
        }
    }
}

struct NativeGuide {
    func signIn(
        apple: AppleSignInClient,
        request: NativeRequest,
        nonceOfTheSession: String,
        users: Users
    ) async throws {
        let app = AppleClient.app(bundleID: "com.example.app")
        let identity = try await apple.verify(request.identityToken, nonce: .sha256Hex(nonceOfTheSession), client: app)
        let tokens = try await apple.exchange(request.authorizationCode, client: app)
        try await users.keep(tokens.refreshToken, for: identity.subject)
    }

    func stillWithUs(apple: AppleSignInClient, app: AppleClient, user: User, users: Users) async throws {
        do {
            _ = try await apple.refresh(user.refreshToken, client: app, lastValidated: user.lastValidated)
            try await users.markValidated(user)
        } catch let error as AppleSignInError where error.code == .invalidGrant {
            try await users.endSessions(of: user)  // the user withdrew consent
        }
    }
}

struct AndroidGuide {
    let apple: AppleSignInClient
    let android: AppleClient
    let intents: AppleAndroidRedirect

    func configure(configuration: AppleSignInConfiguration, sealer: AppleStateSealer) throws {
        let android = AppleClient.service(
            servicesID: "com.example.web",
            redirectURI: "https://example.com/auth/apple/android"
        )
        let apple = try AppleSignInClient(configuration.adding([android]), stateSealer: sealer)
        let intents = try AppleAndroidRedirect(packages: ["com.example.app"])
        _ = (apple, intents)
    }

    // POST /auth/apple/web/begin: the app asks where to go, and keeps `binding` to itself.
    func begin() throws -> (url: String, binding: Secret<String>?) {
        let start = try apple.authorization(for: android)
        return (start.url, start.cookie?.value)
    }

    // POST /auth/apple/android: Apple's POST; answer 307 with this Location.
    func openApp(body: [UInt8]) throws -> String {
        try intents.url(forFormBody: body, package: "com.example.app")
    }

    // POST /auth/apple/web: the app sends the query that it was opened with, and the binding.
    func finish(body: [UInt8], binding: Secret<String>) async throws -> AppleSignInResult {
        try await apple.finish(AppleCallback(formBody: body), cookie: binding)
    }

    func pluginsWay(code: Secret<String>, nonceOfTheSession: String) async throws -> AppleIdentity {
        let tokens = try await apple.exchange(code, client: android)
        let identity = try await tokens.identity(
            verifiedBy: apple.verifier,
            nonce: .raw(nonceOfTheSession),
            client: android
        )
        return identity
    }
}

struct NotificationsGuide {
    let apple: AppleSignInClient
    let users: Users

    func receive(_ body: [UInt8]) async -> Int {
        do {
            try await apple.receiveNotification(body) { notification in
                switch notification.kind {
                case .consentRevoked: try await users.endSessions(of: notification.subject)
                case .accountDeleted: try await users.delete(notification.subject)
                case .emailDisabled, .emailEnabled: try await users.setRelay(notification)
                default: break  // Apple may add kinds
                }
            }
            return 200
        } catch let error as AppleSignInError {
            return error.isRetryable ? 503 : 400
        } catch {
            return 503  // the notification was given back: Apple sends it again
        }
    }

    func trying(fake: FakeApple, server: String) async throws -> [Int] {
        let url = server + "/auth/apple/notifications"
        let statuses = try await fake.send(.consentRevoked, audience: "com.example.app", to: url)
        return statuses
    }
}

struct DeletionGuide {
    func delete(apple: AppleSignInClient, user: User, users: Users, revocations: Revocations) async throws -> String? {
        var answer = Answer()
        let deletion = try await apple.deleteAccount(user.grants)
        for step in deletion.steps {
            switch step {
            case .endSessions: try await users.endSessions(of: user)
            case .deleteUserData: try await users.deleteData(of: user)
            case .deleteTokens: try await users.deleteTokens(of: user)
            case .keepPending: try await revocations.keep(deletion.pending)
            case .tellUser: answer.note = step.description
            default: break
            }
        }
        return answer.note
    }

    func grants(
        tokenOfTheApp: Secret<String>,
        tokenOfTheWebsite: Secret<String>,
        app: AppleClient,
        service: AppleClient
    ) -> [AppleGrant] {
        let grants = [
            AppleGrant.refreshToken(tokenOfTheApp, client: app),
            AppleGrant.refreshToken(tokenOfTheWebsite, client: service),
        ]
        return grants
    }

    func withoutToken(apple: AppleSignInClient, freshCode: Secret<String>, app: AppleClient) async throws {
        let deletion = try await apple.deleteAccount([.authorizationCode(freshCode, client: app)])
        _ = deletion
    }
}

struct TransferGuide {
    func leaving(
        apple: AppleSignInClient,
        app: AppleClient,
        acceptedAt: Date,
        subjects: [String],
        table: TransferTable,
        logger: SnippetLogger
    ) async throws {
        let transfer = try AppleTeamTransfer(recipientTeamID: "NEWTEAM001", acceptedAt: acceptedAt)
        let migration = apple.migration(for: app, transfer)
        var report = try await migration.exportUsers(subjects) { result in
            switch result.result {
            case .success(let identifier): try await table.save(identifier, for: result.identifier)
            case .failure(let error): logger.warning("\(result.identifier): \(error)")
            }
        }
        while !report.isComplete {
            try await Task.sleep(for: .seconds(600))  // Apple is down or throttling
            report = try await migration.exportUsers(report.remaining) { try await table.save($0) }
        }
    }

    func arriving(
        apple: AppleSignInClient,
        app: AppleClient,
        transfer: AppleTeamTransfer,
        transferSubjects: [String],
        table: TransferTable
    ) async throws {
        let arrival = apple.migration(for: app, transfer)  // apple: with the new team's key
        let report = try await arrival.importUsers(transferSubjects) { result in
            if case .success(let user) = result.result {
                try await table.save(user.subject, user.email, transferredAs: result.identifier)
            }
        }
        _ = report
    }

    func meanwhile(identity: AppleIdentity, users: Users) async throws {
        if let old = identity.transferSubject, let user = try await users.find(transferSubject: old) {
            try await users.rename(user, to: identity.subject)
        }
    }
}

struct TestingGuide {
    func whole(sealer: AppleStateSealer) async throws {
        let fake = try await FakeApple.start()
        let callback = "https://example.com/auth/apple/callback"
        let service = AppleClient.service(servicesID: "com.example.web", redirectURI: callback)
        let apple = try AppleSignInClient(fake.configuration(clients: [service]), stateSealer: sealer)

        let start = try apple.authorization(for: service)
        let posted = try fake.consent(to: start.url)  // the user agrees; what Apple would post
        let result = try await apple.finish(AppleCallback(formBody: posted), cookie: start.cookie?.value)
        await fake.stop()
        _ = result
    }

    func trouble(fake: FakeApple) throws {
        fake.update { $0.outage = .status(503) }  // or .hangs, .closes, .html, .empty
        fake.update { $0.error = .unauthorizedClient }  // any of Apple's errors
        fake.update { $0.throttledRequests = 2 }
        fake.update { $0.clockOffset = 300 }  // Apple's clock is ahead
        fake.update { $0.stringBooleans = true }  // as until February 2024
        fake.update { $0.revokedKeyIDs = [FakeApple.keyID] }  // someone revoked the key in the portal
        try fake.issuer.rotateKeys(withdrawsOld: true)  // without notice, as Apple does
    }

    func landing(nonce: String, hashOfTheNonce: String) async throws {
        let fake = try await FakeApple.start()
        let app = AppleClient.app(bundleID: "com.example.app")
        let apple = try AppleSignInClient(fake.configuration(clients: [app]))
        let (code, token) = try fake.nativeSignIn(bundleID: "com.example.app", nonce: hashOfTheNonce)
        let identity = try await apple.verify(token, nonce: .sha256Hex(nonce))
        let tokens = try await apple.exchange(code, client: app)
        await fake.stop()
        _ = (identity, tokens)
    }
}

struct ComingGuide {
    func appleSigninAuth(
        environment: [String: String],
        stateKey: Secret<[UInt8]>,
        body: [UInt8],
        cookie: Secret<String>?
    ) async throws -> String? {
        let configuration = try AppleSignInConfiguration(environment: environment)  // the same variables as before
        let apple = try AppleSignInClient(configuration, stateSealer: AppleStateSealer(key: stateKey))
        let callback = try AppleCallback(formBody: body)
        guard case .signedIn(let session) = try await apple.finish(callback, cookie: cookie) else { return nil }
        return session.identity.subject
    }

    func jwtKit(
        apple: AppleSignInClient,
        app: AppleClient,
        bearerToken: String,
        nonceOfTheSession: String,
        users: Users
    ) async throws {
        let identity = try await apple.verify(bearerToken, nonce: .sha256Hex(nonceOfTheSession), client: app)
        let user = try await users.findOrCreate(identity.subject, email: identity.email)
        _ = user
    }
}

struct RotationRunbook {
    func twoKeys(
        oldKey: Secret<String>,
        newKey: Secret<String>,
        clients: [AppleClient]
    ) throws -> AppleSignInConfiguration {
        let team = AppleTeam(
            teamID: "A1B2C3D4E5",
            keys: [
                AppleSigningKey(keyID: "NEWKEY0001", privateKey: try ApplePrivateKey(newKey)),
                AppleSigningKey(keyID: "OLDKEY0001", privateKey: try ApplePrivateKey(oldKey)),
            ]
        )
        let configuration = try AppleSignInConfiguration(teams: [team], clients: clients)
        return configuration
    }

    func exported(apple: AppleSignInClient, service: AppleClient) throws {
        let exported = try apple.secrets.export(for: service)
        print("paste until \(exported.expiresAt.formatted(.iso8601))")
        apple.secrets.check(exported)  // once a day: warns by onWarning from 14 days before on
    }
}
