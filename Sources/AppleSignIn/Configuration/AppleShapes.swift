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
            return ["The \(what) \(shown(clientID)) is none: it reads like com.example.app."]
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
        let name = "The redirect URI \(shown(redirectURI))"
        guard redirectURI.utf8.count <= 2048, redirectURI.hasPrefix("https://") || redirectURI.hasPrefix("http://")
        else {
            return ["\(name) must begin with https://."]
        }
        guard let url = URLShape(redirectURI) else {
            return ["\(name) is no URL with a host and without user name and fragment."]
        }
        if endpoints.isApple {
            guard url.isSecure else { return ["\(name) must begin with https://."] }
            guard url.isDomain else {
                return ["\(name) must name a real domain: Apple refuses localhost and IP addresses."]
            }
        } else if !url.isSecure, !url.isLoopback {
            return ["\(name) must begin with https://: plain http is for loopback only."]
        }
        return []
    }

    /// Secrets and codes go to these addresses: https, or http on loopback.
    static func problem(endpoints: AppleEndpoints) -> [String] {
        let all = [
            ("authorize", endpoints.authorize), ("token", endpoints.token), ("revoke", endpoints.revoke),
            ("keys", endpoints.keys), ("issuer", endpoints.issuer), ("userMigration", endpoints.userMigration),
        ]
        return all.compactMap { name, text in
            guard let url = URLShape(text) else { return "The endpoint \(name) is no http or https URL." }
            guard url.isSecure || url.isLoopback else {
                return "The endpoint \(name) must begin with https://: plain http is for loopback only."
            }
            return nil
        }
    }

    /// A setting as it may be shown. Somebody may have put a key there: those are longer, and have other characters.
    static func shown(_ text: String) -> String {
        let isHarmless =
            text.utf8.count <= 60 && !text.utf8.contains(UInt8(ascii: "@")) && !text.contains("BEGIN")
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        return isHarmless ? "'\(text)'" : "(\(text.utf8.count) bytes, not shown)"
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
