import GroundworkCore
import GroundworkHTTP
import HTTPTypes

/// The request for Apple's keys, and what counts as an answer.
struct KeyRequest {
    let configuration: AppleKeyStore.Configuration

    /// No set of keys is longer.
    static let maximumBytes = 64 * 1024

    init(_ configuration: AppleKeyStore.Configuration) {
        self.configuration = configuration
    }

    func send(over transport: any HTTPTransport) async throws -> (set: JWKSet, body: [UInt8]) {
        let request = try HTTPRequest(endpoint: configuration.endpoints.keys, method: .get)
        var options = HTTPRequestOptions()
        options.totalTimeout = configuration.timeout
        options.connectTimeout = min(options.connectTimeout, configuration.timeout)
        let (head, body) = try await transport.collect(request, options: options, upTo: Self.maximumBytes)
        guard head.status == .ok else {
            throw AppleSignInError(
                .keysUnavailable,
                "Apple answered the request for its keys at \(configuration.endpoints.keys) with \(head.status.code).",
                httpStatus: head.status.code,
                isRetryable: true
            )
        }
        do {
            return (try JWKSet(parsing: body), body)
        } catch {
            throw AppleSignInError(
                .keysUnavailable,
                "The answer of \(configuration.endpoints.keys) is no set of keys: \(error.text). Is a proxy in between?",
                httpStatus: head.status.code,
                isRetryable: true,
                underlyingError: error
            )
        }
    }
}

extension JWKSet.Refusal {
    /// The reason in words.
    var text: String {
        switch self {
        case .malformed(let error): "it is not JSON of the right form, \(error)"
        case .noKeys: "it has no list of keys"
        case .noUsableKey: "none of its keys can verify RS256"
        case .duplicateKeyID: "two keys have the same name"
        case .tooManyKeys(let limit): "it has more than \(limit) keys"
        }
    }
}

extension HTTPRequest {
    /// A request to one of Apple's endpoints.
    /// - Throws: ``AppleSignInError`` when the endpoint is no URL.
    init(endpoint: String, method: HTTPRequest.Method) throws(AppleSignInError) {
        guard let separator = endpoint.firstRange(of: "://") else { throw Self.invalid(endpoint) }
        let scheme = String(endpoint[..<separator.lowerBound])
        let rest = endpoint[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let path = rest[authority.endIndex...]
        guard scheme == "https" || scheme == "http", !authority.isEmpty, !authority.contains("@"),
            endpoint.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !path.contains("#")
        else { throw Self.invalid(endpoint) }
        self.init(
            method: method,
            scheme: scheme,
            authority: String(authority),
            path: path.isEmpty ? "/" : String(path)
        )
    }

    private static func invalid(_ endpoint: String) -> AppleSignInError {
        AppleSignInError(.invalidConfiguration, "The endpoint '\(endpoint.prefix(200))' is not an http or https URL.")
    }
}
