package import FoundationEssentials
package import GroundworkCrypto

/// Signs requests for S3 with AWS Signature Version 4, in a header or in the query.
///
/// Sources: "Authenticating Requests: Using the Authorization Header" and "Using Query Parameters" of the S3 API.
package struct SigV4Signer: Sendable {
    /// The payload hash of a body that is not signed; only for https.
    package static let unsignedPayload = "UNSIGNED-PAYLOAD"
    /// SHA-256 of no bytes.
    package static let emptyPayload = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    /// The longest time that a presigned request may be valid, in seconds: seven days.
    package static let maximumExpiry = 604_800

    private static let algorithm = "AWS4-HMAC-SHA256"
    private let keys: SigningKeyCache

    package init(keys: SigningKeyCache = SigningKeyCache()) { self.keys = keys }

    /// A request as it is to be signed.
    package struct Input {
        package var method: String
        package var host: String
        /// The encoded path.
        package var path: String
        /// Names and values, not encoded.
        package var query: [(name: String, value: String)] = []
        package var headers: [(name: String, value: String)] = []
        package var payloadHash: String

        package init(method: String, host: String, path: String, payloadHash: String) {
            self.method = method
            self.host = host
            self.path = path
            self.payloadHash = payloadHash
        }
    }

    /// A request as it is to be sent.
    package struct Signed {
        /// The path with the query.
        package var target: String
        /// Header fields to add; for a presigned request those that the sender must send.
        package var headers: [(name: String, value: String)]
    }

    /// Signs in the `Authorization` header field.
    package func sign(
        _ input: Input,
        credentials: S3Credentials,
        region: String,
        date: Date
    ) throws(CryptoError) -> Signed {
        let time = UTCDateTime(date)
        let stamp = time.basicISO8601
        let day = String(stamp.prefix(8))
        var added = [("x-amz-date", stamp), ("x-amz-content-sha256", input.payloadHash)]
        if let token = credentials.sessionToken { added.append(("x-amz-security-token", token.withValue { "\($0)" })) }
        let request = CanonicalRequest(
            method: input.method,
            host: input.host,
            path: input.path,
            query: input.query,
            headers: input.headers + added,
            payloadHash: input.payloadHash
        )
        let scope = Self.scope(day: day, region: region)
        let signature = try signature(
            of: request,
            stamp: stamp,
            scope: scope,
            key: keys.key(day: day, region: region, credentials: credentials)
        )
        let authorization =
            "\(Self.algorithm) Credential=\(credentials.accessKeyID)/\(scope), "
            + "SignedHeaders=\(request.signedHeaders), Signature=\(signature)"
        added.append(("Authorization", authorization))
        let target = request.query.isEmpty ? request.path : "\(request.path)?\(request.query)"
        return Signed(target: target, headers: added)
    }

    /// Signs in the query; the payload is not signed unless `input` says so.
    /// - Parameter expires: in seconds, 1 to ``maximumExpiry``; whoever calls has checked it.
    package func presign(
        _ input: Input,
        credentials: S3Credentials,
        region: String,
        date: Date,
        expires: Int
    ) throws(CryptoError) -> Signed {
        let stamp = UTCDateTime(date).basicISO8601
        let day = String(stamp.prefix(8))
        let scope = Self.scope(day: day, region: region)
        func canonical(_ query: [(name: String, value: String)]) -> CanonicalRequest {
            CanonicalRequest(
                method: input.method,
                host: input.host,
                path: input.path,
                query: query,
                headers: input.headers,
                payloadHash: input.payloadHash
            )
        }
        var query = input.query
        query.append(("X-Amz-Algorithm", Self.algorithm))
        query.append(("X-Amz-Credential", "\(credentials.accessKeyID)/\(scope)"))
        query.append(("X-Amz-Date", stamp))
        query.append(("X-Amz-Expires", String(expires)))
        query.append(("X-Amz-SignedHeaders", canonical([]).signedHeaders))
        if let token = credentials.sessionToken {
            query.append(("X-Amz-Security-Token", token.withValue { "\($0)" }))
        }
        let request = canonical(query)
        let signature = try signature(
            of: request,
            stamp: stamp,
            scope: scope,
            key: keys.key(day: day, region: region, credentials: credentials)
        )
        return Signed(
            target: "\(request.path)?\(request.query)&X-Amz-Signature=\(signature)",
            headers: input.headers
        )
    }

    /// The signature of a canonical request, in hexadecimal digits.
    package func signature(
        of request: CanonicalRequest,
        stamp: String,
        scope: String,
        key: HMACKey
    ) throws(CryptoError) -> String {
        let hash = Hex.encode(try Digest.hash(.sha256, Array(request.text.utf8)))
        let text = "\(Self.algorithm)\n\(stamp)\n\(scope)\n\(hash)"
        return Hex.encode(try key.authenticate(Array(text.utf8)))
    }

    package static func scope(day: String, region: String) -> String { "\(day)/\(region)/s3/aws4_request" }
}
