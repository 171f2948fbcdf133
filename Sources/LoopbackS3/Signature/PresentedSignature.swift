import GroundworkCore
import HTTPTypes

/// The signature that a request carries, in a header or in its query, not yet checked.
struct PresentedSignature: Sendable {
    var accessKeyID: String
    var day: String
    var region: String
    var service: String
    var signedHeaders: [String]
    var signature: String
    /// The time in the basic form, as it was sent.
    var timestamp: String
    /// Seconds for which a presigned request is good; nil for a signature in a header.
    var lifetime: Int?
    var sessionToken: String?

    var isPresigned: Bool { lifetime != nil }
    var scope: String { "\(day)/\(region)/\(service)/aws4_request" }

    static let algorithm = "AWS4-HMAC-SHA256"

    /// Finds the signature of a request.
    static func find(in call: S3Call) throws(S3Failure) -> PresentedSignature {
        let header = call.headers["authorization"]
        let isQuery = call.query.contains("X-Amz-Algorithm") || call.query.contains("X-Amz-Signature")
        switch (header, isQuery) {
        case (.some, true):
            throw .invalidRequest(
                "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, "
                    + "Signature query string parameter or the Authorization header should be specified"
            )
        case (.some(let value), false): return try inHeader(value, call)
        case (nil, true): return try inQuery(call.query)
        case (nil, false): throw .accessDenied("Access Denied")
        }
    }

    private static func inHeader(_ value: String, _ call: S3Call) throws(S3Failure) -> PresentedSignature {
        guard value.hasPrefix("\(algorithm) ") else {
            throw .invalidRequest(
                "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
            )
        }
        var fields: [String: String] = [:]
        for part in value.dropFirst(algorithm.count + 1).split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { throw malformedHeader("a field is not of the form name=value") }
            fields[pair[0].trimmingASCIIWhitespace()] = pair[1].trimmingASCIIWhitespace()
        }
        guard let credential = fields["Credential"], let names = fields["SignedHeaders"],
            let signature = fields["Signature"]
        else { throw malformedHeader("Credential, SignedHeaders and Signature are required") }
        guard let timestamp = call.headers["x-amz-date"] ?? dateHeader(call) else {
            throw .accessDenied("AWS authentication requires a valid Date or x-amz-date header")
        }
        guard let scope = Scope(credential) else { throw malformedHeader("the Credential is mal-formed") }
        return PresentedSignature(
            accessKeyID: scope.accessKeyID,
            day: scope.day,
            region: scope.region,
            service: scope.service,
            signedHeaders: names.split(separator: ";").map(String.init),
            signature: signature,
            timestamp: timestamp,
            lifetime: nil,
            sessionToken: call.headers["x-amz-security-token"]
        )
    }

    private static func inQuery(_ query: S3Query) throws(S3Failure) -> PresentedSignature {
        guard query["X-Amz-Algorithm"] == algorithm else {
            throw malformedQuery("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"")
        }
        guard let credential = query["X-Amz-Credential"], let timestamp = query["X-Amz-Date"],
            let lifetimeText = query["X-Amz-Expires"], let names = query["X-Amz-SignedHeaders"],
            let signature = query["X-Amz-Signature"]
        else {
            throw malformedQuery(
                "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "
                    + "X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
            )
        }
        guard let lifetime = Int(lifetimeText) else { throw malformedQuery("X-Amz-Expires should be a number") }
        guard lifetime >= 0 else { throw malformedQuery("X-Amz-Expires must be non-negative") }
        guard lifetime <= 604_800 else {
            throw malformedQuery(
                "X-Amz-Expires must be less than a week (in seconds); that is, the given "
                    + "X-Amz-Expires must be less than 604800 seconds"
            )
        }
        guard let scope = Scope(credential) else {
            throw malformedQuery(
                "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; "
                    + "expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."
            )
        }
        return PresentedSignature(
            accessKeyID: scope.accessKeyID,
            day: scope.day,
            region: scope.region,
            service: scope.service,
            signedHeaders: names.split(separator: ";").map(String.init),
            signature: signature,
            timestamp: timestamp,
            lifetime: lifetime,
            sessionToken: query["X-Amz-Security-Token"]
        )
    }

    private static func dateHeader(_ call: S3Call) -> String? {
        call.headers["date"].flatMap { UTCDateTime(httpDate: $0) }?.basicISO8601
    }

    func malformed(_ reason: String, _ details: [(name: String, value: String)] = []) -> S3Failure {
        isPresigned ? Self.malformedQuery(reason, details) : Self.malformedHeader(reason, details)
    }

    private static func malformedHeader(
        _ reason: String,
        _ details: [(name: String, value: String)] = []
    ) -> S3Failure {
        S3Failure(
            400,
            "AuthorizationHeaderMalformed",
            "The authorization header is malformed; \(reason)",
            details
        )
    }

    private static func malformedQuery(
        _ reason: String,
        _ details: [(name: String, value: String)] = []
    ) -> S3Failure {
        S3Failure(400, "AuthorizationQueryParametersError", reason, details)
    }

    /// `KEY/20130524/us-east-1/s3/aws4_request`; the key itself may hold slashes.
    private struct Scope {
        let accessKeyID: String, day: String, region: String, service: String

        init?(_ credential: String) {
            let parts = credential.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard parts.count >= 5, parts[parts.count - 1] == "aws4_request" else { return nil }
            accessKeyID = parts[..<(parts.count - 4)].joined(separator: "/")
            day = parts[parts.count - 4]
            region = parts[parts.count - 3]
            service = parts[parts.count - 2]
        }
    }
}
