extension BackupManifest {
    /// Any JSON: what a manifest holds beyond what this version knows.
    public enum JSONValue: Sendable, Hashable, Codable {
        /// `null`.
        case null
        /// `true` or `false`.
        case bool(Bool)
        /// A whole number.
        case integer(Int64)
        /// Any other number.
        case number(Double)
        /// A text.
        case string(String)
        /// A list.
        case array([JSONValue])
        /// Names with values.
        case object([String: JSONValue])

        /// Reads any JSON.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let value = try? container.decode(Bool.self) {
                self = .bool(value)
            } else if let value = try? container.decode(Int64.self) {
                self = .integer(value)
            } else if let value = try? container.decode(Double.self) {
                self = .number(value)
            } else if let value = try? container.decode(String.self) {
                self = .string(value)
            } else if let value = try? container.decode([JSONValue].self) {
                self = .array(value)
            } else {
                self = .object(try container.decode([String: JSONValue].self))
            }
        }

        /// Writes it as it was.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .null: try container.encodeNil()
            case .bool(let value): try container.encode(value)
            case .integer(let value): try container.encode(value)
            case .number(let value): try container.encode(value)
            case .string(let value): try container.encode(value)
            case .array(let value): try container.encode(value)
            case .object(let value): try container.encode(value)
            }
        }

        /// This value with `newer` laid over it: objects are merged name by name, lists of one length item by item,
        /// anything else is replaced.
        func merging(_ newer: JSONValue) -> JSONValue {
            switch (self, newer) {
            case (.object(let old), .object(let new)):
                .object(old.merging(new) { $0.merging($1) })
            case (.array(let old), .array(let new)) where old.count == new.count:
                .array(zip(old, new).map { $0.merging($1) })
            default:
                newer
            }
        }
    }
}
