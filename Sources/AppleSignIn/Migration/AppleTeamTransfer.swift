public import FoundationEssentials
import GroundworkCore

/// An app that moves from one team to another, and the time that there is to move its users.
///
/// Users have another identifier in each team. For 60 days from the transfer on, both teams can ask Apple which is
/// which; after that nobody can (Apple, TN3159 and "Transferring your apps and users to another team").
public struct AppleTeamTransfer: Sendable, Hashable {
    /// The team that receives the app.
    public let recipientTeamID: String
    /// When the recipient accepted the app; nil before that.
    public var acceptedAt: Date?

    /// How long users can be moved after the transfer.
    public static let window: Duration = .seconds(60 * 86_400)

    /// A transfer.
    /// - Throws: ``AppleSignInError`` for a Team ID that cannot be one.
    public init(recipientTeamID: String, acceptedAt: Date? = nil) throws(AppleSignInError) {
        if let problem = AppleShapes.problem(teamID: recipientTeamID).first {
            throw AppleSignInError(.invalidConfiguration, problem)
        }
        self.recipientTeamID = recipientTeamID
        self.acceptedAt = acceptedAt
    }

    /// When the last user can be moved; nil before the transfer.
    public var deadline: Date? { acceptedAt.map { $0.addingTimeInterval(Self.window.seconds) } }

    func checkOpen(at now: Date) throws(AppleSignInError) {
        guard let deadline, now >= deadline else { return }
        throw AppleSignInError(
            .migrationClosed,
            "The 60 days to move users ended at \(deadline.formatted(.iso8601)); users who sign in now are new ones."
        )
    }
}

extension AppleSignInError.Code {
    /// The 60 days in which users can be moved between teams are over.
    public static let migrationClosed = AppleSignInError.Code("migrationClosed")
}
