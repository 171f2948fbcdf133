import GroundworkCore

extension AppleSignInConfiguration {
    /// Reads the environment:
    ///
    /// | variable | meaning |
    /// | --- | --- |
    /// | `APPLE_TEAM_ID` | the Team ID, 10 characters |
    /// | `APPLE_KEY_ID` | the Key ID, 10 characters |
    /// | `APPLE_PRIVATE_KEY` | the `.p8` key: its text in any common mangling, or its path |
    /// | `APPLE_PRIVATE_KEY_PATH` | the path of the `.p8` key, instead; `APPLE_PRIVATE_KEY` comes first |
    /// | `APPLE_SERVICES_ID` | the Services ID for web and Android; with it `APPLE_REDIRECT_URI` |
    /// | `APPLE_REDIRECT_URI` | the registered return URL |
    /// | `APPLE_CLIENT_ID` | the bundle ID of the native app |
    ///
    /// At least one of `APPLE_SERVICES_ID` and `APPLE_CLIENT_ID` must be there. Empty means missing.
    /// - Throws: ``AppleSignInError`` that lists every problem and shows no key.
    public init(
        environment: [String: String],
        endpoints: AppleEndpoints = .apple
    ) throws(AppleSignInError) {
        func value(_ name: String) -> String? {
            guard let text = environment[name]?.trimmingASCIIWhitespace(), !text.isEmpty else { return nil }
            return text
        }
        var problems: [String] = []
        for name in ["APPLE_TEAM_ID", "APPLE_KEY_ID"] where value(name) == nil {
            problems.append("\(name) is not set.")
        }
        var clients: [AppleClient] = []
        switch (value("APPLE_SERVICES_ID"), value("APPLE_REDIRECT_URI")) {
        case (let servicesID?, let redirectURI?):
            clients.append(.service(servicesID: servicesID, redirectURI: redirectURI))
        case (_?, nil): problems.append("APPLE_SERVICES_ID is set, but APPLE_REDIRECT_URI is not.")
        case (nil, _?): problems.append("APPLE_REDIRECT_URI is set, but APPLE_SERVICES_ID is not.")
        case (nil, nil): break
        }
        if let bundleID = value("APPLE_CLIENT_ID") { clients.append(.app(bundleID: bundleID)) }
        if clients.isEmpty, problems.isEmpty {
            problems.append("Neither APPLE_SERVICES_ID (web, Android) nor APPLE_CLIENT_ID (native app) is set.")
        }
        var key: ApplePrivateKey?
        do throws(AppleSignInError) {
            if let text = value("APPLE_PRIVATE_KEY") {
                key = try ApplePrivateKey(Secret(text))
            } else if let path = value("APPLE_PRIVATE_KEY_PATH") {
                key = try ApplePrivateKey(path: path)
            } else {
                problems.append("Neither APPLE_PRIVATE_KEY nor APPLE_PRIVATE_KEY_PATH is set.")
            }
        } catch {
            problems.append(error.message)
        }
        guard problems.isEmpty, let key, let teamID = value("APPLE_TEAM_ID"), let keyID = value("APPLE_KEY_ID") else {
            throw AppleSignInError(
                .invalidConfiguration,
                "The environment does not configure Sign in with Apple: " + problems.joined(separator: " ")
            )
        }
        try self.init(
            teams: [AppleTeam(teamID: teamID, keys: [AppleSigningKey(keyID: keyID, privateKey: key)])],
            clients: clients,
            endpoints: endpoints
        )
    }
}
