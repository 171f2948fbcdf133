import FoundationEssentials
import GroundworkCore
import GroundworkCrypto
import GroundworkHTTP
import HTTPTypes

extension AppleSignInClient {
    /// Looks at everything that makes Apple say `invalid_client`: keys, secrets, this machine's clock, and then asks
    /// Apple about each client and each key of its team with a code that cannot exist. Apple answers that with
    /// `invalid_grant` when it accepts the client. Nothing is changed at Apple.
    ///
    /// Shapes of identifiers, curve and form of the keys are right already: a configuration with others cannot be made.
    /// - Throws: `CancellationError` only.
    public func diagnose() async throws -> AppleDiagnosis {
        var checks: [AppleDiagnosis.Check] = []
        let clock = try await checkClock()
        checks.append(clock)
        checks.append(try await checkKeys())
        for client in configuration.clients {
            do {
                let team = try configuration.team(of: client)
                for index in team.keys.indices {
                    checks.append(try await check(client, team, index, clockIsWrong: clock.status == .failed))
                }
            } catch let error as AppleSignInError {
                checks.append(.init(name: "client \(client.clientID)", status: .failed, detail: error.message))
            }
        }
        return AppleDiagnosis(checks: checks)
    }

    private func checkKeys() async throws -> AppleDiagnosis.Check {
        do {
            try await verifier.keys.refresh()
            return .init(name: "Apple's keys", status: .passed, detail: "They can be fetched.")
        } catch let error as AppleSignInError {
            return .init(name: "Apple's keys", status: .failed, detail: error.message)
        }
    }

    /// Apple counts the lifetime of client secrets by its own clock.
    private func checkClock() async throws -> AppleDiagnosis.Check {
        let name = "clock"
        do {
            let request = try HTTPRequest(endpoint: configuration.endpoints.keys, method: .get)
            var options = HTTPRequestOptions()
            options.totalTimeout = timeout
            let (head, _) = try await transport.collect(request, options: options, upTo: KeyRequest.maximumBytes)
            guard let field = head.headerFields[.date], let date = UTCDateTime(httpDate: field)?.date else {
                return .init(name: name, status: .skipped, detail: "Apple's answer has no date.")
            }
            let seconds = Int(time.now.timeIntervalSince(date))
            guard abs(seconds) <= 30 else {
                return .init(
                    name: name,
                    status: .failed,
                    detail: "This machine's clock is \(abs(seconds)) s \(seconds > 0 ? "fast" : "slow"); set it by NTP."
                )
            }
            return .init(name: name, status: .passed, detail: "Within \(abs(seconds)) s of Apple's.")
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return .init(name: name, status: .skipped, detail: "Apple cannot be reached: \(error)")
        }
    }

    private func check(
        _ client: AppleClient,
        _ team: AppleTeam,
        _ keyIndex: Int,
        clockIsWrong: Bool
    ) async throws -> AppleDiagnosis.Check {
        let keyID = team.keys[keyIndex].keyID
        let name = "client \(client.clientID) with key \(keyID)"
        do {
            let now = Int(time.now.timeIntervalSince1970)
            let secret = try secrets.sign(for: client, keyIndex: keyIndex, now: now, lifetime: 600)
            guard secret.withValue({ Self.isSound($0, team.keys[keyIndex]) }) else {
                return .init(name: name, status: .failed, detail: "The key makes no signature that verifies.")
            }
            var fields = [("grant_type", "authorization_code"), ("code", "groundwork.diagnosis.0")]
            if let redirectURI = client.redirectURI { fields.append(("redirect_uri", redirectURI)) }
            _ = try await TokenEndpoint(self).post(
                to: configuration.endpoints.token,
                fields,
                client: client,
                secret: secret,
                isRepeatable: true
            )
            return .init(name: name, status: .skipped, detail: "Apple accepted a code that cannot exist.")
        } catch let error as AppleSignInError {
            switch error.code {
            case .invalidGrant:
                return .init(name: name, status: .passed, detail: "Apple accepts its client secret.")
            case .invalidClient:
                let causes = causes(client, team, keyID: keyID, clockIsWrong: clockIsWrong)
                return .init(name: name, status: .failed, detail: causes)
            case .unavailable, .throttled, .outcomeUnknown:
                return .init(name: name, status: .skipped, detail: error.message)
            default:
                return .init(name: name, status: .failed, detail: error.message)
            }
        }
    }

    /// Whether a secret verifies with the public half of its key.
    private static func isSound(_ secret: String, _ key: AppleSigningKey) -> Bool {
        guard let jws = try? CompactJWS(parsing: secret), jws.keyID == key.keyID else { return false }
        return jws.withSignature { key.privateKey.key.publicKey.isValid($0, of: $1) }
    }

    /// The causes of `invalid_client` that remain, the likeliest first.
    private func causes(_ client: AppleClient, _ team: AppleTeam, keyID: String, clockIsWrong: Bool) -> String {
        guard !clockIsWrong else { return "Apple refuses its client secret: set this machine's clock first." }
        let kind =
            client.kind == .app ? "an App ID with Sign in with Apple enabled" : "a Services ID, not the bundle ID"
        return
            "Apple refuses its client secret. Compare in the developer portal: the Key ID (\(keyID)) belongs to this .p8 "
            + "file, has Sign in with Apple enabled and was not revoked; the Team ID (\(team.teamID)) is the one at the "
            + "top right; \(client.clientID) is \(kind), in exactly this spelling, and its primary App ID is one that the "
            + "key is for."
    }
}
