/// Reads what Apple answers instead of tokens (Apple, `ErrorResponse`; RFC 6749, section 5.2).
enum AppleErrorAnswer {
    static func error(status: Int, body: [UInt8]) -> AppleSignInError {
        let (word, description) = read(body)
        if status == 429 {
            return AppleSignInError(
                .throttled,
                "Apple asks for fewer requests (429).",
                httpStatus: 429,
                isRetryable: true
            )
        }
        guard let word else {
            if status >= 500 {
                return AppleSignInError(
                    .unavailable,
                    "Apple answered with \(status).",
                    httpStatus: status,
                    isRetryable: true
                )
            }
            return AppleSignInError(
                .unexpectedAnswer,
                "Apple answered with \(status) and no error that can be read.",
                httpStatus: status,
                isRetryable: false
            )
        }
        let cause = self.cause(word, description)
        return AppleSignInError(
            AppleSignInError.Code(word),
            sentence(word, cause),
            cause: cause,
            httpStatus: status,
            isRetryable: status >= 500
        )
    }

    /// The two fields, cleaned of what could harm a log. The description may repeat a code or an identifier: it is
    /// matched, never shown.
    private static func read(_ body: [UInt8]) -> (word: String?, description: String) {
        var word: String?
        var description = ""
        do throws(JSONError) {
            var reader = try JSONReader(body)
            try reader.readObject { reader, key throws(JSONError) in
                switch key {
                case "error" where try reader.peek() == .string:
                    let text = try reader.readString()
                    let isWord =
                        !text.isEmpty && text.utf8.count <= 64
                        && text.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || $0 == 0x5F }
                    word = isWord ? text : nil
                case "error_description" where try reader.peek() == .string: description = try reader.readString()
                default: try reader.skipValue()
                }
            }
            try reader.finish()
        } catch {
            return (nil, "")
        }
        return (word, description.lowercased())
    }

    private static func cause(_ word: String, _ description: String) -> AppleSignInError.Cause? {
        if description.contains("already been used") { return .codeUsed }
        if description.contains("expired or has been revoked") { return .codeExpiredOrRevoked }
        if description.contains("redirect_uri") { return .redirectMismatch }
        if description.contains("client_id mismatch") { return .clientMismatch }
        if description.contains("code_verifier") || description.contains("code verifier") { return .verifierMismatch }
        return word == "invalid_client" ? .clientSecretRefused : nil
    }

    private static func sentence(_ word: String, _ cause: AppleSignInError.Cause?) -> String {
        switch cause {
        case .codeUsed?: "The authorization code was exchanged before; a code is good once. Let the user sign in again."
        case .codeExpiredOrRevoked?:
            "The code or token has expired or was revoked; codes live for five minutes. Let the user sign in again."
        case .redirectMismatch?:
            "The redirect URI is not the one of the authorization request; both must be the registered one, letter by "
                + "letter. For codes from native apps send none: configure the client as an app."
        case .clientMismatch?:
            "The code was issued to another client: codes from native apps belong to the bundle ID, those from the web and "
                + "Android to the Services ID."
        case .verifierMismatch?:
            "The PKCE verifier is missing or wrong; it must be that of the authorization request."
        case .clientSecretRefused?:
            "Apple refuses the client secret (invalid_client). diagnose() tells which of team, key, client id, clock and "
                + "lifetime is wrong."
        default:
            switch word {
            case "invalid_grant": "Apple refuses the code or token (invalid_grant): it is used, expired or revoked."
            case "unauthorized_client":
                "The client is not allowed to do this (unauthorized_client): is Sign in with Apple enabled for its App ID?"
            default: "Apple answered with the error '\(word)'."
            }
        }
    }
}
