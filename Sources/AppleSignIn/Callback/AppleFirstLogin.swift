/// What Apple tells about a user once in a lifetime: **persist it now**, before anything else can fail.
///
/// It is not signed: a name is harmless to believe, an e-mail address is not, and comes from the identity token only.
public struct AppleFirstLogin: Sendable, Hashable {
    /// The given name, as the user edited it.
    public let givenName: String?
    /// The family name, as the user edited it.
    public let familyName: String?

    /// Reads the field `user`.
    init(parsing text: String) throws(AppleSignInError) {
        var given: String?
        var family: String?
        do throws(JSONError) {
            var limits = JSONLimits()
            limits.maximumBytes = 16 * 1024
            var reader = try JSONReader(Array(text.utf8), limits: limits)
            try reader.readObject { reader, key throws(JSONError) in
                guard "name" ~= key, try reader.peek() == .object else { return try reader.skipValue() }
                try reader.readObject { reader, key throws(JSONError) in
                    switch key {
                    case "firstName": given = try Self.name(&reader)
                    case "lastName": family = try Self.name(&reader)
                    default: try reader.skipValue()
                    }
                }
            }
            try reader.finish()
        } catch {
            throw AppleCallback.malformed("its field user cannot be read")
        }
        givenName = given
        familyName = family
    }

    /// At most 256 bytes, without control characters; anything else is no name.
    private static func name(_ reader: inout JSONReader) throws(JSONError) -> String? {
        guard try reader.peek() == .string else {
            try reader.skipValue()
            return nil
        }
        let text = try reader.readString()
        guard !text.isEmpty, text.utf8.count <= 256, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            return nil
        }
        return text
    }
}
