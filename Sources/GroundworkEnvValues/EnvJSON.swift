import FoundationEssentials
public import GroundworkBase
public import GroundworkEnvModel

/// A JSON text decoded to a type of your own.
///
///     @Env("FEATURES", help: "Feature flags") var features: EnvJSON<Features>
///
/// The text is at most 1 MiB, nested at most 64 deep, and repeats no name. What the decoder has to say is cut down to
/// the kind and depth of what is wrong: its own errors may quote the text.
public struct EnvJSON<Value: Decodable & Sendable>: EnvValue {
    /// The decoded value.
    public let value: Value

    /// Wraps a value, for defaults.
    public init(_ value: Value) { self.value = value }

    /// `JSON`.
    public static var envType: EnvTypeDescription {
        EnvTypeDescription(name: "JSON", expected: "JSON of \(Value.self)", jsonType: "object", example: "{}")
    }

    /// The length of the text.
    public static var envLimitFields: Set<EnvLimits.Field> { [.minimumLength, .maximumLength] }

    /// Decodes the text.
    public static func parse(envText text: String, limits: EnvLimits) throws(TextParsingError) -> EnvJSON<Value> {
        try limits.check(length: text.utf8.count)
        do throws(JSONReader.Failure) { _ = try JSONReader.read(Array(text.utf8)) } catch { throw error.error }
        do {
            return EnvJSON(try JSONDecoder().decode(Value.self, from: Data(text.utf8)))
        } catch let error as DecodingError {
            throw TextParsingError(JSONFailure.reason(error, text: text))
        } catch {
            throw TextParsingError("it is JSON, but not of \(Value.self)")
        }
    }

    /// Unknown: the type may not be encodable.
    public var envText: String? { nil }
}

extension EnvJSON: Equatable where Value: Equatable {}
extension EnvJSON: Hashable where Value: Hashable {}

/// Decoding errors without what the text holds.
enum JSONFailure {
    static func reason(_ error: DecodingError, text: String) -> String {
        switch error {
        case .keyNotFound(let key, let context):
            // A type that makes its keys up from the text could ask for any name: only what the text lacks is named.
            text.firstRange(of: key.stringValue) == nil
                ? "the member \(key.stringValue) is missing\(place(context))" : "a member is missing\(place(context))"
        case .typeMismatch(let type, let context): "\(type) is expected\(place(context))"
        case .valueNotFound(let type, let context): "\(type) is expected, null was found\(place(context))"
        case .dataCorrupted(let context): "a value does not fit\(place(context))"
        @unknown default: "it does not fit"
        }
    }

    /// How deep, not where: the names of members may come from the text when the type holds a dictionary.
    private static func place(_ context: DecodingError.Context) -> String {
        let indices = context.codingPath.compactMap(\.intValue)
        if context.codingPath.isEmpty { return "" }
        let elements = indices.isEmpty ? "" : ", element \(indices.map { String($0 + 1) }.joined(separator: " of "))"
        return " (at depth \(context.codingPath.count)\(elements))"
    }
}
