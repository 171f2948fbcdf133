import FoundationEssentials
import GroundworkCore
import GroundworkCrypto
import HTTPTypes

/// Checks AWS Signature Version 4, written from the S3 API reference ("Authenticating Requests") and sharing nothing
/// with the client's signer.
struct SignatureVerifier: Sendable {
    let accessKeyID: String
    let secretAccessKey: Secret<String>
    let sessionToken: Secret<String>?
    let region: String
    let acceptedRegions: Set<String>
    let now: Date

    /// The clock of a client may be off by this much, in seconds.
    static let maximumSkew = 900

    /// What a checked signature says about the body.
    struct Verified: Sendable {
        let payload: Payload
        let isPresigned: Bool
        /// Where the signatures of chunks start from; nil unless chunks are signed.
        let chunks: ChunkSignatures?
    }

    /// How the body is protected.
    enum Payload: Sendable, Hashable {
        case unsigned
        case sha256([UInt8])
        case chunked(isSigned: Bool, hasTrailer: Bool)
    }

    func verify(_ call: S3Call) throws(S3Failure) -> Verified {
        let presented = try PresentedSignature.find(in: call)
        guard presented.service == "s3" else {
            throw presented.malformed("incorrect service \"\(presented.service)\". This endpoint belongs to \"s3\".")
        }
        guard presented.region == region || acceptedRegions.contains(presented.region) else {
            throw presented.malformed(
                "the region '\(presented.region)' is wrong; expecting '\(region)'",
                [("Region", region)]
            )
        }
        guard presented.accessKeyID == accessKeyID else {
            throw S3Failure(
                403,
                "InvalidAccessKeyId",
                "The AWS Access Key Id you provided does not exist in our records.",
                [("AWSAccessKeyId", presented.accessKeyID)]
            )
        }
        try checkTime(presented)
        try checkToken(presented)
        try checkHeaders(presented, call)
        let payloadText = try payloadText(presented, call)
        let payload = try Self.payload(payloadText)

        let canonical = CanonicalText.request(call, signedHeaders: presented.signedHeaders, payload: payloadText)
        do {
            let digest = Hex.encode(try Digest.hash(.sha256, Array(canonical.utf8)))
            let text = "\(PresentedSignature.algorithm)\n\(presented.timestamp)\n\(presented.scope)\n\(digest)"
            let key = try signingKey(presented)
            let expected = Hex.encode(try key.authenticate(Array(text.utf8)))
            guard ConstantTime.equal(expected.utf8, presented.signature.utf8) else {
                throw S3Failure(
                    403,
                    "SignatureDoesNotMatch",
                    "The request signature we calculated does not match the signature you provided. Check your key "
                        + "and signing method.",
                    [
                        ("AWSAccessKeyId", presented.accessKeyID), ("StringToSign", text),
                        ("SignatureProvided", presented.signature), ("CanonicalRequest", canonical),
                    ]
                )
            }
            var chunks: ChunkSignatures?
            if case .chunked(isSigned: true, _) = payload {
                chunks = ChunkSignatures(
                    key: key,
                    timestamp: presented.timestamp,
                    scope: presented.scope,
                    previous: presented.signature
                )
            }
            return Verified(payload: payload, isPresigned: presented.isPresigned, chunks: chunks)
        } catch let failure as S3Failure {
            throw failure
        } catch {
            throw .internalError("\(error)")
        }
    }

    private func signingKey(_ presented: PresentedSignature) throws -> HMACKey {
        var key = secretAccessKey.withValue { Array("AWS4\($0)".utf8) }
        for step in [presented.day, presented.region, presented.service, "aws4_request"] {
            key = try HMACKey(.sha256, key: key).authenticate(Array(step.utf8))
        }
        return try HMACKey(.sha256, key: key)
    }

    private func checkTime(_ presented: PresentedSignature) throws(S3Failure) {
        guard let time = UTCDateTime(iso8601: presented.timestamp) else {
            throw presented.malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
        }
        guard time.basicDay == presented.day else {
            throw presented.malformed(
                "Invalid credential date \"\(presented.day)\". This date is not the same as X-Amz-Date: \"\(time.basicDay)\"."
            )
        }
        let server = UTCDateTime(now)
        let age = server.secondsSince1970 - time.secondsSince1970
        if let lifetime = presented.lifetime {
            guard age <= lifetime else {
                let end = UTCDateTime(secondsSince1970: time.secondsSince1970 + lifetime)
                throw .accessDenied(
                    "Request has expired",
                    [("X-Amz-Expires", "\(lifetime)"), ("Expires", end.rfc3339), ("ServerTime", server.rfc3339)]
                )
            }
            guard age >= -Self.maximumSkew else { throw .accessDenied("Request is not yet valid") }
        } else if abs(age) > Self.maximumSkew {
            throw S3Failure(
                403,
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
                [
                    ("RequestTime", presented.timestamp), ("ServerTime", server.rfc3339),
                    ("MaxAllowedSkewMilliseconds", "\(Self.maximumSkew * 1000)"),
                ]
            )
        }
    }

    private func checkToken(_ presented: PresentedSignature) throws(S3Failure) {
        let isRight =
            switch (presented.sessionToken, sessionToken) {
            case (nil, nil): true
            case (let given?, let expected?): Secret(given) == expected
            default: false
            }
        guard isRight else {
            throw S3Failure(400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
        }
    }

    /// The host and every `x-amz-` header must be signed.
    private func checkHeaders(_ presented: PresentedSignature, _ call: S3Call) throws(S3Failure) {
        let signed = Set(presented.signedHeaders)
        var missing = call.headers.fields(withPrefix: "x-amz-").map(\.name.canonicalName).filter {
            !signed.contains($0)
        }
        if !signed.contains("host") { missing.append("host") }
        guard missing.isEmpty else {
            throw .accessDenied(
                "There were headers present in the request which were not signed",
                [("HeadersNotSigned", missing.joined(separator: ", "))]
            )
        }
    }

    private func payloadText(_ presented: PresentedSignature, _ call: S3Call) throws(S3Failure) -> String {
        if let text = call.headers["x-amz-content-sha256"] { return text }
        if presented.isPresigned { return call.query["X-Amz-Content-Sha256"] ?? "UNSIGNED-PAYLOAD" }
        throw .invalidRequest("Missing required header for this request: x-amz-content-sha256")
    }

    private static func payload(_ text: String) throws(S3Failure) -> Payload {
        switch text {
        case "UNSIGNED-PAYLOAD": return .unsigned
        case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD": return .chunked(isSigned: true, hasTrailer: false)
        case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER": return .chunked(isSigned: true, hasTrailer: true)
        case "STREAMING-UNSIGNED-PAYLOAD-TRAILER": return .chunked(isSigned: false, hasTrailer: true)
        default:
            guard let hash = Hex.decode(text), hash.count == 32 else {
                throw .invalidArgument(
                    "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, or a valid "
                        + "sha256 value.",
                    "x-amz-content-sha256",
                    text
                )
            }
            return .sha256(hash)
        }
    }
}
