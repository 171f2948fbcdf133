public import FoundationEssentials
import GroundworkCrypto
public import HTTPTypes

/// A request that anybody who has it may send until it expires. It is a secret: its description hides the query, and so
/// does `dump`.
public struct S3PresignedRequest: Sendable, CustomStringConvertible, CustomReflectable {
    /// The method to send it with.
    public let method: HTTPRequest.Method
    /// The whole URL, signature included. Do not log it.
    public let url: String
    /// Header fields that must be sent exactly so.
    public let headers: [String: String]
    /// When it stops being valid.
    public let expires: Date

    /// Method, URL without query, and expiry.
    public var description: String {
        "\(method.rawValue) \(publicURL) until \(UTCDateTime(expires).rfc3339)"
    }

    /// What the description shows, and the names of the header fields.
    public var customMirror: Mirror {
        let children: KeyValuePairs<String, Any> = [
            "method": method.rawValue, "url": publicURL, "headers": headers.keys.sorted(), "expires": expires,
        ]
        return Mirror(self, children: children)
    }

    private var publicURL: String { "\(url.prefix { $0 != "?" })?<redacted>" }
}

/// What a presigned request fixes.
public struct S3PresignOptions: Sendable, Hashable {
    /// How long it is valid: 1 second to 7 days.
    public var expires: Duration = .seconds(900)
    /// Header fields that are signed, and that the sender must therefore send exactly so, such as `content-type`.
    public var headers: [String: String] = [:]
    /// Overrides of the answer's header fields, such as `content-disposition`; sent as `response-content-disposition`.
    /// GET and HEAD only.
    public var responseHeaders: [String: String] = [:]

    /// Valid for a quarter of an hour.
    public init() {}
}

extension S3Bucket {
    /// Makes a request that its holder may send without credentials. Nothing is sent to the store.
    ///
    /// The body of a presigned PUT is not signed: whoever has it may store anything.
    /// - Throws: ``S3Error`` with ``S3Error/Code/invalidArgument`` for a wrong expiry, or one that outlives temporary
    ///   credentials.
    public func presign(
        _ method: HTTPRequest.Method,
        _ key: String,
        options: S3PresignOptions = S3PresignOptions()
    ) async throws -> S3PresignedRequest {
        try S3Names.checkKey(key)
        guard [.get, .put, .head, .delete].contains(method) else {
            throw S3Error.argument(
                "A request can be presigned for GET, HEAD, PUT and DELETE, not for \(method.rawValue)."
            )
        }
        guard options.expires >= .seconds(1), options.expires <= .seconds(SigV4Signer.maximumExpiry) else {
            throw S3Error.argument("A presigned request must expire after 1 second to 7 days (604800 seconds).")
        }
        guard options.responseHeaders.isEmpty || method == .get || method == .head else {
            throw S3Error.argument("Only answers to GET and HEAD can have their header fields overridden.")
        }
        let seconds = Int(options.expires.components.seconds)
        let credentials = try await client.configuration.credentials.credentials()
        let now = client.now
        let expires = now.addingTimeInterval(Double(seconds))
        if let end = credentials.expiration, end < expires {
            throw S3Error.argument(
                "The credentials expire at \(UTCDateTime(end).rfc3339), before the presigned request would."
            )
        }
        var request = S3PutOptions()
        request.headers = options.headers
        let region = client.region(of: name)
        let (host, path) = provider.address(bucket: name, key: key, region: region)
        var input = SigV4Signer.Input(
            method: method.rawValue,
            host: host,
            path: path,
            payloadHash: SigV4Signer.unsignedPayload
        )
        input.headers = try request.fields()
        input.query = try options.responseHeaders.map { name, value throws(S3Error) in
            guard HTTPField.Name(name) != nil, HTTPField.isValidValue(value) else {
                throw S3Error.argument(
                    "\"\(S3Request.printable(name))\" is not a header field that an answer can have."
                )
            }
            return ("response-\(name.lowercasedASCII())", value)
        }
        do throws(CryptoError) {
            let signed = try client.signer.presign(
                input,
                credentials: credentials,
                region: region,
                date: now,
                expires: seconds
            )
            return S3PresignedRequest(
                method: method,
                url: "\(provider.endpoint.scheme)://\(host)\(signed.target)",
                headers: Dictionary(signed.headers.map { ($0.name, $0.value) }) { first, _ in first },
                expires: expires
            )
        } catch {
            throw S3Error(.localFailure, "The request cannot be signed: \(error)", underlyingError: error)
        }
    }
}
