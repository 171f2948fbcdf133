/// A parsed value on its way into a property.
struct ParsedValue<Value: Sendable>: Sendable {
    let value: Value
}

/// What the synthesized `Decodable` of a schema decodes from: one slot per property.
final class SlotDecoder: Decoder {
    /// Parsed values by the name of the property; nil in the run that only asks which properties there are.
    private let values: [String: any Sendable]?
    /// The properties that were asked for.
    private(set) var asked: [String] = []
    /// The properties that were asked for and are no variables.
    private(set) var strangers: [String] = []
    private var current = ""

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(values: [String: any Sendable]?) {
        self.values = values
    }

    /// What a property becomes.
    func state<Value>(_: Value.Type) throws -> Env<Value>.State {
        guard let values else { return .empty }
        guard let slot = values[current] as? ParsedValue<Value> else { throw SlotError(property: current) }
        return .loaded(slot.value)
    }

    func decode<T: Decodable>(_ type: T.Type, at key: String) throws -> T {
        asked.append(key)
        guard type is any EnvProperty.Type else {
            strangers.append(key)
            throw SlotError(property: key)
        }
        current = key
        return try T(from: self)
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(SlotContainer<Key>(decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw SlotError(property: current) }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw SlotError(property: current) }
}

/// A property that cannot be filled.
struct SlotError: Error {
    let property: String
}

private struct SlotContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: SlotDecoder

    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    func contains(_ key: Key) -> Bool { true }

    func decodeNil(forKey key: Key) throws -> Bool { false }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try decoder.decode(type, at: key.stringValue)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { throw SlotError(property: key.stringValue) }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        throw SlotError(property: key.stringValue)
    }

    func superDecoder() throws -> any Decoder { throw SlotError(property: "super") }

    func superDecoder(forKey key: Key) throws -> any Decoder { throw SlotError(property: key.stringValue) }
}
