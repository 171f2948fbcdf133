/// What ``AppleSignInClient/deleteAccount(_:)`` achieved at Apple, and what is left for the app to do, in order.
public struct AppleAccountDeletion: Sendable, CustomStringConvertible {
    /// How the revocation ended. Closed by nature.
    public enum Outcome: String, Sendable, Hashable {
        /// Apple has revoked everything, or had before.
        case done
        /// Apple did not act: down, out of reach or throttling. The same call succeeds later.
        case retryLater
        /// The request reached Apple and the answer was lost: revoked or not. Repeat the call; that harms nothing.
        case unknown
        /// Nothing can be revoked: no token was kept, or Apple refuses for good. The user can still do it by hand.
        case cannotRevoke
    }

    /// Something that the app does. The set is open.
    public struct Step: Sendable, Hashable, CustomStringConvertible {
        /// The step's name.
        public let rawValue: String
        /// What to do, in a sentence.
        public let description: String

        /// Any step, also one that is not listed here.
        public init(_ rawValue: String, _ description: String) {
            self.rawValue = rawValue
            self.description = description
        }

        /// First, so that nobody comes back in while the rest goes on.
        public static let endSessions = Step(
            "endSessions",
            "End all sessions of the user and mark the account as deleted, so that no request finds it any more."
        )
        /// Never dependent on Apple being up: the user asked for it.
        public static let deleteUserData = Step(
            "deleteUserData",
            "Delete the user's data: profile, content, files, and copies at processors."
        )
        /// After a complete revocation.
        public static let deleteTokens = Step("deleteTokens", "Delete the stored tokens and Apple's user identifier.")
        /// While a revocation is pending.
        public static let keepPending = Step(
            "keepPending",
            "Keep only the pending grants, encrypted and apart from the account, and call again with them in an hour."
        )
        /// When nothing can be revoked.
        public static let tellUser = Step(
            "tellUser",
            "Tell the user to end it by hand: Settings, the account, Sign in with Apple, the app, Stop Using."
        )
        /// Last.
        public static let confirm = Step("confirm", "Confirm the deletion to the user.")
    }

    /// How the revocation ended, over all grants: the worst of them.
    public let outcome: Outcome
    /// What to pass to the next call; empty unless the outcome is `retryLater` or `unknown`.
    public let pending: [AppleGrant]
    /// Why something is not revoked, one for each grant that is not.
    public let errors: [AppleSignInError]

    /// What the app does now, in this order. None of it waits for Apple.
    public var steps: [Step] {
        switch outcome {
        case .done: [.endSessions, .deleteUserData, .deleteTokens, .confirm]
        case .retryLater, .unknown: [.endSessions, .deleteUserData, .keepPending, .confirm]
        case .cannotRevoke: [.endSessions, .deleteUserData, .deleteTokens, .tellUser, .confirm]
        }
    }

    /// The outcome and the steps, one in each line.
    public var description: String {
        ([outcome.rawValue] + steps.map(\.description) + errors.map(\.description)).joined(separator: "\n")
    }
}
