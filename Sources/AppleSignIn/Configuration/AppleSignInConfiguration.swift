/// Who you are at Apple: teams with keys, apps and services.
public struct AppleSignInConfiguration: Sendable {
    /// Where Apple is.
    public let endpoints: AppleEndpoints
    /// The apps and services.
    public let clients: [AppleClient]
    let teams: [String: AppleTeam]
    private let onlyTeam: AppleTeam?

    /// Checks the shapes of everything.
    /// - Throws: ``AppleSignInError`` with `invalidConfiguration` that lists every problem.
    public init(
        teams: [AppleTeam],
        clients: [AppleClient],
        endpoints: AppleEndpoints = .apple
    ) throws(AppleSignInError) {
        self.endpoints = endpoints
        self.clients = clients
        self.teams = Dictionary(teams.map { ($0.teamID, $0) }) { first, _ in first }
        onlyTeam = teams.count == 1 ? teams.first : nil
        let problems = Self.problems(teams: teams, clients: clients, endpoints: endpoints)
        guard problems.isEmpty else {
            throw AppleSignInError(
                .invalidConfiguration,
                "The configuration of Sign in with Apple is wrong: " + problems.joined(separator: " ")
            )
        }
    }

    /// The identifiers whose tokens are accepted.
    public var audiences: Set<String> { Set(clients.map(\.clientID)) }

    /// The team that owns a client. Only what was checked at the start is served.
    func team(of client: AppleClient) throws(AppleSignInError) -> AppleTeam {
        guard clients.contains(client) else {
            throw AppleSignInError(
                .invalidConfiguration,
                "The client \(AppleShapes.shown(client.clientID)) is not in the configuration."
            )
        }
        guard let team = client.teamID.map({ teams[$0] }) ?? onlyTeam else {
            throw AppleSignInError(
                .invalidConfiguration,
                "The client \(client.clientID) belongs to none of the configured teams."
            )
        }
        return team
    }

    private static func problems(
        teams: [AppleTeam],
        clients: [AppleClient],
        endpoints: AppleEndpoints
    ) -> [String] {
        var problems = AppleShapes.problem(endpoints: endpoints)
        if teams.isEmpty { problems.append("There is no team.") }
        if clients.isEmpty { problems.append("There is no app and no service.") }
        if Set(teams.map(\.teamID)).count != teams.count { problems.append("A team is listed twice.") }
        for team in teams {
            problems += AppleShapes.problem(teamID: team.teamID)
            if team.keys.isEmpty { problems.append("The team \(AppleShapes.shown(team.teamID)) has no key.") }
            if Set(team.keys.map(\.keyID)).count != team.keys.count {
                problems.append("A key of the team \(AppleShapes.shown(team.teamID)) is listed twice.")
            }
            for key in team.keys { problems += AppleShapes.problem(keyID: key.keyID) }
        }
        if Set(clients).count != clients.count { problems.append("A client is listed twice.") }
        for client in clients {
            problems += AppleShapes.problem(clientID: client.clientID, kind: client.kind)
            if let uri = client.redirectURI { problems += AppleShapes.problem(redirectURI: uri, endpoints: endpoints) }
            if let team = client.teamID, !teams.contains(where: { $0.teamID == team }) {
                problems.append("The client \(AppleShapes.shown(client.clientID)) names a team that is not configured.")
            } else if client.teamID == nil, teams.count > 1 {
                problems.append(
                    "The client \(AppleShapes.shown(client.clientID)) must name its team, since there are several."
                )
            }
        }
        return problems
    }
}
