public import GroundworkCore

/// What Apple sends to the redirect URI, parsed strictly. Nothing in it is verified yet but its form.
public struct AppleCallback: Sendable {
    /// What the user did. Closed by nature.
    public enum Outcome: Sendable {
        /// The user agreed.
        case authorized(code: Secret<String>, identityToken: Secret<String>?)
        /// The user said no (`user_cancelled_authorize`, `access_denied`).
        case cancelled
        /// Apple reports an error; its word for it.
        case failed(String)
    }

    /// What the user did.
    public let outcome: Outcome
    /// The state that came back; nil when none did.
    public let state: Secret<String>?
    /// What Apple tells at the first consent only.
    public let firstLogin: AppleFirstLogin?

    /// No body is longer.
    public static let maximumBytes = 64 * 1024

    /// Parses the body of the `form_post`, or the query of a GET without its question mark.
    /// - Throws: ``AppleSignInError`` with `malformedCallback`.
    public init(formBody body: [UInt8]) throws(AppleSignInError) {
        let fields: [String: String]
        do {
            fields = try FormCoding.decode(body, maximumBytes: Self.maximumBytes)
        } catch {
            throw Self.malformed(error.text)
        }
        state = fields["state"].map { Secret($0) }
        if let error = fields["error"] {
            guard fields["code"] == nil else { throw Self.malformed("it has both a code and an error") }
            let word = String(
                error.unicodeScalars.prefix(64).filter { $0.isASCII && $0.value > 0x20 && $0.value < 0x7F }.map(
                    Character.init
                )
            )
            outcome = word == "user_cancelled_authorize" || word == "access_denied" ? .cancelled : .failed(word)
            firstLogin = nil
            return
        }
        guard let code = fields["code"], !code.isEmpty else {
            throw Self.malformed("it has neither a code nor an error")
        }
        guard code.utf8.count <= 2048, code.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Self.malformed("its code has a form that Apple's codes do not have")
        }
        let token = fields["id_token"].flatMap { $0.isEmpty ? nil : Secret($0) }
        outcome = .authorized(code: Secret(code), identityToken: token)
        firstLogin = try fields["user"].flatMap { (text) throws(AppleSignInError) in
            text.isEmpty ? nil : try AppleFirstLogin(parsing: text)
        }
    }

    /// The fields that Apple sends, in a fixed order and without any others.
    static func knownFields(of body: [UInt8]) throws(AppleSignInError) -> [(String, String)] {
        let fields: [String: String]
        do {
            fields = try FormCoding.decode(body, maximumBytes: maximumBytes)
        } catch {
            throw malformed(error.text)
        }
        return ["code", "id_token", "state", "user", "error"].compactMap { name in fields[name].map { (name, $0) } }
    }

    static func malformed(_ reason: String) -> AppleSignInError {
        AppleSignInError(.malformedCallback, "The callback is not what Apple posts: \(reason).")
    }
}

extension FormCoding.Refusal {
    var text: String {
        switch self {
        case .tooLong: "it is longer than 64 KiB"
        case .tooManyFields: "it has too many fields"
        case .badEscape: "it has a percent sign without two hexadecimal digits"
        case .notUTF8: "it is not UTF-8"
        case .repeated: "a field stands in it twice"
        }
    }
}
