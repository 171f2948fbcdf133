/// The claims of a verified payload, before any of them is believed to fit.
package struct AppleClaims: Sendable {
    package var issuer: String?
    package var subject: String?
    package var audiences: [String] = []
    package var issuedAt: Double?
    package var expiresAt: Double?
    package var notBefore: Double?
    package var authenticatedAt: Double?
    package var tokenID: String?
    package var nonce: String?
    package var isNonceSupported: Bool?
    package var email: String?
    package var isEmailVerified: Bool?
    package var isPrivateEmail: Bool?
    package var realUserStatus: Int?
    package var transferSubject: String?
    package var organizationID: String?
    package var accessTokenHash: String?
    package var codeHash: String?
    /// The text or object `events` of a notification, as JSON.
    package var events: [UInt8]?
    /// The first claim of a wrong type, among those that decide.
    package var malformed: String?

    /// Reads a payload. Claims that decide (`iss`, `sub`, `aud`, times, nonce, hashes) must have the right type;
    /// odd values of those that only inform become nil.
    package init(parsing payload: [UInt8]) throws(JSONError) {
        try self.init(parsing: payload, in: 0..<payload.count)
    }

    /// Reads the payload that stands at `range`. Texts that are those expected share their memory.
    init(
        parsing bytes: [UInt8],
        in range: Range<Int>,
        issuer: String = "",
        audiences: Set<String> = []
    ) throws(JSONError) {
        var claims = self
        var reader = try JSONReader(bytes, in: range)
        try reader.readObject { reader, key throws(JSONError) in
            switch key {
            case "iss": claims.issuer = try claims.text("iss", &reader, expecting: CollectionOfOne(issuer))
            case "sub": claims.subject = try claims.text("sub", &reader)
            case "aud": try claims.readAudiences(&reader, expecting: audiences)
            case "iat": claims.issuedAt = try claims.time("iat", &reader)
            case "exp": claims.expiresAt = try claims.time("exp", &reader)
            case "nbf": claims.notBefore = try claims.time("nbf", &reader)
            case "jti": claims.tokenID = try claims.text("jti", &reader)
            case "nonce": claims.nonce = try claims.text("nonce", &reader)
            case "at_hash": claims.accessTokenHash = try claims.text("at_hash", &reader)
            case "c_hash": claims.codeHash = try claims.text("c_hash", &reader)
            case "nonce_supported": claims.isNonceSupported = try Self.flag(&reader)
            case "email_verified": claims.isEmailVerified = try Self.flag(&reader)
            case "is_private_email": claims.isPrivateEmail = try Self.flag(&reader)
            case "email": claims.email = try Self.optionalText(&reader)
            case "transfer_sub": claims.transferSubject = try Self.optionalText(&reader)
            case "org_id": claims.organizationID = try Self.optionalText(&reader)
            case "auth_time":
                guard try reader.peek() == .number else { return try reader.skipValue() }
                claims.authenticatedAt = try reader.readNumber().flatMap { Self.times.contains($0) ? $0 : nil }
            case "real_user_status":
                guard try reader.peek() == .number else { return try reader.skipValue() }
                claims.realUserStatus = try reader.readInteger().flatMap { Int(exactly: $0) }
            case "events":
                switch try reader.peek() {
                case .string: claims.events = Array(try reader.readString(upTo: 16 * 1024).utf8)
                case .object: claims.events = try reader.readRaw()
                default: try reader.skipValue()
                }
            default: try reader.skipValue()
            }
        }
        try reader.finish()
        self = claims
    }

    /// From 1970 to the year 9999.
    private static let times = 0.0...253_402_300_799.0

    private mutating func text(
        _ name: String,
        _ reader: inout JSONReader,
        expecting texts: some Collection<String> = EmptyCollection()
    ) throws(JSONError) -> String? {
        guard try reader.peek() == .string else {
            malformed = malformed ?? name
            try reader.skipValue()
            return nil
        }
        return try reader.readString(expecting: texts)
    }

    private mutating func time(_ name: String, _ reader: inout JSONReader) throws(JSONError) -> Double? {
        guard try reader.peek() == .number else {
            malformed = malformed ?? name
            try reader.skipValue()
            return nil
        }
        guard let seconds = try reader.readNumber(), Self.times.contains(seconds) else {
            malformed = malformed ?? name
            return nil
        }
        return seconds
    }

    private mutating func readAudiences(
        _ reader: inout JSONReader,
        expecting known: Set<String>
    ) throws(JSONError) {
        guard try reader.peek() == .array else {
            if let audience = try text("aud", &reader, expecting: known) { audiences = [audience] }
            return
        }
        var list: [String] = []
        var isMalformed = false
        try reader.readArray { reader throws(JSONError) in
            guard try reader.peek() == .string, list.count < 16 else {
                isMalformed = true
                return try reader.skipValue()
            }
            list.append(try reader.readString(expecting: known))
        }
        if isMalformed { malformed = malformed ?? "aud" }
        audiences = list
    }

    private static func optionalText(_ reader: inout JSONReader) throws(JSONError) -> String? {
        guard try reader.peek() == .string else {
            try reader.skipValue()
            return nil
        }
        let text = try reader.readString()
        return text.isEmpty ? nil : text
    }

    /// A boolean, or its name as a text in any case: Apple sent texts until February 2024.
    static func flag(_ reader: inout JSONReader) throws(JSONError) -> Bool? {
        switch try reader.peek() {
        case .bool: return try reader.readBool()
        case .string:
            switch try reader.readString().lowercased() {
            case "true": return true
            case "false": return false
            default: return nil
            }
        default:
            try reader.skipValue()
            return nil
        }
    }
}
