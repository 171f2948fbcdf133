extension AppleSignInConfiguration {
    /// The clients with an identifier: those that a notification's ``AppleNotification/audience`` or an identity's
    /// ``AppleIdentity/audience`` stands for. A Services ID may be configured with several redirect URIs.
    public func clients(withID clientID: String) -> [AppleClient] {
        clients.filter { $0.clientID == clientID }
    }

    /// The team that an identifier belongs to; nil when it is not configured. Users have other identifiers in each team.
    public func teamID(ofClientID clientID: String) -> String? {
        guard let client = clients(withID: clientID).first else { return nil }
        return try? team(of: client).teamID
    }

    /// The same configuration with further clients, such as a second redirect URI for Android beside what the
    /// environment names.
    /// - Throws: ``AppleSignInError`` with `invalidConfiguration` that lists every problem.
    public func adding(_ clients: [AppleClient]) throws(AppleSignInError) -> AppleSignInConfiguration {
        try AppleSignInConfiguration(
            teams: teams.values.sorted { $0.teamID < $1.teamID },
            clients: self.clients + clients,
            endpoints: endpoints
        )
    }
}
