public import GroundworkEnvValues

/// Declares a variable of an ``EnvSchema``.
///
///     struct AuthEnv: EnvSchema {
///         @Env("PORT", help: "Listen port", range: 1...65535) var port: Int = 3001
///         @Env("DATABASE_URL", help: "Postgres") var databaseURL: Secret<URL>
///         @Env(Shared.jwtSecret) var jwtSecret: Secret<String>
///     }
///
/// A property with a default may be absent, one of an optional type too; any other must be set. Before the schema is
/// loaded a property without a default has no value; see ``EnvSchema/init()``.
@propertyWrapper public struct Env<Value: EnvValue>: Sendable, Decodable {
    enum State: Sendable {
        indirect case declared(EnvVar<Value>)
        case loaded(Value)
        /// Decoded only to see which properties there are.
        case empty
    }

    var state: State

    /// The value that was loaded.
    public var wrappedValue: Value {
        get {
            switch state {
            case .loaded(let value): return value
            case .declared(let variable):
                if let value = variable.defaultValue { return value }
                UnloadedSchema.stop(variable.variable.name)
            case .empty: UnloadedSchema.stop("a variable")
            }
        }
        set { state = .loaded(newValue) }
    }

    /// Declares a variable that is shared between schemas.
    public init(_ variable: EnvVar<Value>) {
        state = .declared(variable)
    }

    /// Declares a variable that is shared between schemas, with a default of this schema's.
    public init(wrappedValue: Value, _ variable: EnvVar<Value>) {
        state = .declared(variable.defaulting(to: wrappedValue))
    }

    /// Called by the `Decodable` conformance that the compiler writes for a schema; no decoder but the schema's own can
    /// fill it.
    public init(from decoder: any Decoder) throws {
        guard let slot = decoder as? SlotDecoder else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: decoder.codingPath,
                    debugDescription: "an EnvSchema is filled by load(from:), not by a decoder"
                )
            )
        }
        state = try slot.state(Value.self)
    }
}

extension Env: CustomStringConvertible, CustomReflectable {
    /// The value; `<redacted>` when its type is secret, the name when it was not loaded.
    public var description: String {
        switch state {
        case .loaded(let value): Value.envIsSecret ? "<redacted>" : "\(value)"
        case .declared(let variable): variable.variable.name
        case .empty: ""
        }
    }

    /// Shows what ``description`` shows.
    public var customMirror: Mirror { Mirror(self, children: ["wrappedValue": description]) }
}
