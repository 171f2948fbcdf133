/// What one environment of a Railway project holds: its services, their variables and the shared ones.
///
///     let snapshot = try RailwaySnapshot(
///         environmentConfiguration: config,   // railway environment config --json
///         status: status                      // railway status --json, for the names of the services
///     )
public struct RailwaySnapshot: Sendable {
    /// One service of the project.
    public struct Service: Sendable {
        /// Railway's id of the service, where it is known.
        public var id: String?
        /// The name; references are written with it, in this case.
        public var name: String
        /// The variables.
        public var values: ServiceValues
        /// The id of the newest deployment, where it is known.
        public var deployment: String?

        /// A service with its variables.
        public init(name: String, values: ServiceValues, id: String? = nil, deployment: String? = nil) {
            self.id = id
            self.name = name
            self.values = values
            self.deployment = deployment
        }
    }

    /// The name of the environment, such as `production`, where it is known.
    public var environment: String?
    /// The services.
    public var services: [Service]
    /// The variables that any service of the environment may refer to as `${{shared.NAME}}`.
    public var shared: [String: ObservedValue]
    /// The names of the services of each other environment: references cannot reach them.
    public var otherEnvironments: [String: Set<String>]
    /// What was odd about the input, in sentences without any value.
    public var warnings: [String] = []

    /// A snapshot that a program makes.
    public init(
        environment: String? = nil,
        services: [Service] = [],
        shared: [String: ObservedValue] = [:],
        otherEnvironments: [String: Set<String>] = [:]
    ) {
        self.environment = environment
        self.services = services
        self.shared = shared
        self.otherEnvironments = otherEnvironments
    }

    /// The service of this name.
    public func service(named name: String) -> Service? { services.first { $0.name == name } }

    /// Adds what another source tells of a service, such as `railway variable list --json` or a boot report.
    public mutating func add(_ values: ServiceValues, toService name: String) {
        if let index = services.firstIndex(where: { $0.name == name }) {
            services[index].values = services[index].values.merging(values)
        } else {
            services.append(Service(name: name, values: values))
        }
    }
}
