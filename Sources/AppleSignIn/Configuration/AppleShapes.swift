import GroundworkCore

/// The shapes of Apple's identifiers. Each function gives sentences about what is wrong.
enum AppleShapes {
    static func problem(teamID: String) -> [String] {
        isTenCharacters(teamID)
            ? [] : ["The Team ID has \(describe(teamID)); it is 10 capital letters and digits, such as A1B2C3D4E5."]
    }

    static func problem(keyID: String) -> [String] {
        isTenCharacters(keyID)
            ? [] : ["The Key ID has \(describe(keyID)); it is 10 capital letters and digits, such as A1B2C3D4E5."]
    }

    static func problem(clientID: String, kind: AppleClient.Kind) -> [String] {
        let what = kind == .app ? "bundle ID" : "Services ID"
        let isRight =
            clientID.utf8.count <= 255 && clientID.utf8.contains(UInt8(ascii: "."))
            && clientID.utf8.first != UInt8(ascii: ".") && clientID.utf8.last != UInt8(ascii: ".")
            && clientID.utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
        guard isRight else {
            return ["The \(what) '\(clientID.prefix(80))' is none: it reads like com.example.app."]
        }
        let first = clientID.prefix { $0 != "." }
        if isTenCharacters(String(first)) {
            return ["The \(what) '\(clientID)' begins with a Team ID; leave that out."]
        }
        return []
    }

    /// Apple's rule: https, a real domain, no IP address, no localhost, no fragment. A loopback address is accepted
    /// only where the endpoints are not Apple's.
    static func problem(redirectURI: String, endpoints: AppleEndpoints) -> [String] {
        let name = "The redirect URI '\(redirectURI.prefix(200))'"
        guard redirectURI.hasPrefix("https://") || (redirectURI.hasPrefix("http://") && !endpoints.isApple) else {
            return ["\(name) must begin with https://."]
        }
        guard redirectURI.utf8.count <= 2048, redirectURI.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            !redirectURI.contains("#"), !redirectURI.contains("\\"), let separator = redirectURI.firstRange(of: "://")
        else { return ["\(name) is no URL without a fragment."] }
        let authority = redirectURI[separator.upperBound...].prefix { $0 != "/" && $0 != "?" }
        guard !authority.isEmpty, !authority.contains("@") else {
            return ["\(name) has no host, or a user name in it."]
        }
        let host = authority.hasPrefix("[") ? authority : authority.prefix { $0 != ":" }
        guard endpoints.isApple else { return [] }
        let lower = host.lowercasedASCII()
        let isNumeric = lower.hasPrefix("[") || lower.utf8.allSatisfy { !isLetter($0) }
        if lower == "localhost" || lower.hasSuffix(".localhost") || isNumeric || !lower.contains(".") {
            return ["\(name) must name a real domain: Apple refuses localhost and IP addresses."]
        }
        return []
    }

    private static func isTenCharacters(_ text: String) -> Bool {
        text.utf8.count == 10
            && text.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        isLetter(byte) || (0x30...0x39).contains(byte)
    }

    /// What is wrong with an identifier, without the text: somebody may have put the key there.
    private static func describe(_ text: String) -> String {
        if text.contains("-----BEGIN") { return "the text of a key in it" }
        if text.utf8.count != 10 { return "\(text.utf8.count) characters" }
        return "other characters"
    }
}
