import GroundworkCore

extension AppleSignInClient {
    /// Revokes everything that a user's account holds at Apple, and tells what to delete and in which order. Apps that
    /// let accounts be made must let them be deleted (App Review Guideline 5.1.1(v); Apple, TN3194).
    ///
    /// Safe to repeat: Apple answers the same for what was revoked before. Whatever the outcome, the user's data goes
    /// now; only the revocation may have to be repeated.
    ///
    ///     let deletion = try await apple.deleteAccount(grants)
    ///     for step in deletion.steps { … }
    /// - Parameter grants: all that the app holds of the user, of the native app and of the web.
    /// - Throws: `CancellationError`; what stands in the way is part of the result.
    public func deleteAccount(_ grants: [AppleGrant]) async throws -> AppleAccountDeletion {
        var outcomes: [AppleAccountDeletion.Outcome] = []
        var pending: [AppleGrant] = []
        var errors: [AppleSignInError] = []
        for grant in grants {
            var rest = grant
            do {
                if case .code(let code) = grant.base { rest = try await exchanged(code, client: grant.client) }
                guard case .token(let token) = rest.base else { continue }
                try await revoke(token, client: grant.client)
                outcomes.append(.done)
            } catch let error as AppleSignInError {
                errors.append(error)
                let outcome = Self.outcome(of: error, grant: rest)
                outcomes.append(outcome)
                if outcome != .cannotRevoke { pending.append(rest) }
            }
        }
        let order: [AppleAccountDeletion.Outcome] = [.unknown, .retryLater, .cannotRevoke]
        let worst = order.first(where: outcomes.contains) ?? (grants.isEmpty ? .cannotRevoke : .done)
        return AppleAccountDeletion(outcome: worst, pending: pending, errors: errors)
    }

    private func exchanged(_ code: Secret<String>, client: AppleClient) async throws -> AppleGrant {
        let tokens = try await exchange(code, client: client)
        return tokens.refreshToken.map { .refreshToken($0, client: client) }
            ?? .accessToken(tokens.accessToken, client: client)
    }

    private static func outcome(of error: AppleSignInError, grant: AppleGrant) -> AppleAccountDeletion.Outcome {
        switch error.code {
        case .outcomeUnknown:
            // A code whose exchange was lost is used up: it can never be revoked by itself.
            if case .code = grant.base { .cannotRevoke } else { .unknown }
        case .invalidClient, .unauthorizedClient:
            // A mistake of ours, such as a key that was revoked: once it is mended the call succeeds. A code is dead by
            // then.
            if case .code = grant.base { .cannotRevoke } else { .retryLater }
        default:
            error.isRetryable ? .retryLater : .cannotRevoke
        }
    }
}
