#if SwiftConfiguration
public import Configuration
public import EnvSchema
import GroundworkBase

/// Compares what a program reads through a `ConfigReader` with what its schema declares.
///
///     let accesses = EnvAccessReporter(AuthEnv.self)
///     let config = ConfigReader(provider: load.environmentVariablesProvider(), accessReporter: accesses)
///     // … after the tests:
///     #expect(accesses.undeclared.isEmpty)
public final class EnvAccessReporter: AccessReporter {
    /// A read of a name that the schema does not declare.
    public struct Access: Sendable, Hashable, CustomStringConvertible {
        /// The name as the provider looked it up, such as `HTTP_PORT`.
        public let name: String
        /// The key in the program, such as `http.port`.
        public let key: String
        /// Where in the program, such as `App/Server.swift:12`.
        public let location: String

        /// Such as `HTTP_PORT (http.port) is read at App/Server.swift:12, but not declared`.
        public var description: String { "\(name) (\(key)) is read at \(location), but not declared" }
    }

    private struct State {
        var undeclared: [Access] = []
        var seen: Set<Access> = []
        var read: Set<String> = []
    }

    private let declared: [String]
    private let known: Set<String>
    private let state = Locked(State())
    private let onUndeclared: @Sendable (Access) -> Void

    /// No more undeclared accesses are kept; further ones still reach `onUndeclared`.
    public static let maximumCount = 1_000

    /// Watches for a schema.
    /// - Parameters:
    ///   - schema: the declaration that reads are compared with.
    ///   - onUndeclared: is called at the first read of each undeclared name at each place.
    public init<Schema: EnvSchema>(
        _ schema: Schema.Type,
        onUndeclared: @escaping @Sendable (Access) -> Void = { _ in }
    ) {
        declared = schema.variables.map(\.name)
        known = Set(schema.variables.flatMap { [$0.name] + $0.aliases + $0.deprecatedNames })
        self.onUndeclared = onUndeclared
    }

    /// Notes one access; `ConfigReader` calls it.
    public func report(_ event: AccessEvent) {
        let key = event.metadata.key.components
        let plain = key.joined(separator: "_").uppercased()
        // Providers spell a key each in their own way; those that spell like an environment count.
        let spelled = event.providerResults.compactMap { try? $0.result.get().encodedKey }
        let names = [plain] + spelled
        if let name = names.first(where: known.contains) {
            state.withLock { _ = $0.read.insert(name) }
            return
        }
        let access = Access(
            name: spelled.first ?? plain,
            key: key.joined(separator: "."),
            location: event.metadata.sourceLocation.description
        )
        let isNew = state.withLock { state in
            guard state.seen.count < Self.maximumCount else { return true }
            guard state.seen.insert(access).inserted else { return false }
            state.undeclared.append(access)
            return true
        }
        if isNew { onUndeclared(access) }
    }

    /// The reads of names that the schema does not declare, each place once, in the order of the first read.
    public var undeclared: [Access] { state.withLock { $0.undeclared } }

    /// The variables of the schema that were not read so far, in the order of the declarations.
    public var neverRead: [String] {
        let read = state.withLock { $0.read }
        return declared.filter { !read.contains($0) }
    }
}
#endif
