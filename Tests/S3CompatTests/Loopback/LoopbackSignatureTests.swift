import FoundationEssentials
import GroundworkCore
import HTTPTypes
import Testing

@testable import LoopbackS3

/// The server's verifier, against the examples that AWS publishes (S3 API reference, "Signature Calculations").
@Suite struct LoopbackSignatureTests {
    static let accessKeyID = "AKIAIOSFODNN7EXAMPLE"
    static let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    static let emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    static func verifier(
        secret: String = Self.secret,
        token: String? = nil,
        region: String = "us-east-1",
        now: String = "2013-05-24T00:00:00Z"
    ) throws -> SignatureVerifier {
        SignatureVerifier(
            accessKeyID: accessKeyID,
            secretAccessKey: Secret(secret),
            sessionToken: token.map { Secret($0) },
            region: region,
            acceptedRegions: [],
            now: try #require(UTCDateTime(iso8601: now)).date
        )
    }

    static func call(_ method: HTTPRequest.Method, _ path: String, _ headers: [String: String]) throws -> S3Call {
        var fields = HTTPFields()
        for (name, value) in headers { fields[name] = value }
        return try S3Call(
            HTTPRequest(
                method: method,
                scheme: "https",
                authority: "examplebucket.s3.amazonaws.com",
                path: path,
                headerFields: fields
            ),
            domain: "s3.amazonaws.com"
        )
    }

    static let getHeaders = [
        "Range": "bytes=0-9",
        "x-amz-content-sha256": emptyHash,
        "x-amz-date": "20130524T000000Z",
        "Authorization": "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
            + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
            + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    ]

    static let presigned =
        "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1"
        + "%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"

    private func code(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return (error as? S3Failure)?.code
        }
    }

    @Test func publishedHeaderSignatureIsAccepted() throws {
        let call = try Self.call(.get, "/test.txt", Self.getHeaders)
        #expect(call.bucket == "examplebucket")
        let verified = try Self.verifier().verify(call)
        #expect(verified.payload == .sha256(Hex.decode(Self.emptyHash) ?? []))
    }

    @Test func publishedPresignedRequestIsAccepted() throws {
        let verified = try Self.verifier(now: "2013-05-24T23:59:59Z").verify(Self.call(.get, Self.presigned, [:]))
        #expect(verified.isPresigned)
        #expect(verified.payload == .unsigned)
    }

    @Test func anythingThatWasSignedAndChangedIsRefused() throws {
        let verifier = try Self.verifier()
        var headers = Self.getHeaders
        headers["Range"] = "bytes=0-8"
        for call in [
            try Self.call(.get, "/test.txt", headers), try Self.call(.head, "/test.txt", Self.getHeaders),
            try Self.call(.get, "/test.tx", Self.getHeaders), try Self.call(.get, "/test.txt?a=b", Self.getHeaders),
        ] {
            #expect(code { _ = try verifier.verify(call) } == "SignatureDoesNotMatch")
        }
    }

    @Test func wrongSecretKeyRegionTokenAndServiceHaveTheirCodes() throws {
        let call = try Self.call(.get, "/test.txt", Self.getHeaders)
        #expect(code { _ = try Self.verifier(secret: "x").verify(call) } == "SignatureDoesNotMatch")
        #expect(code { _ = try Self.verifier(region: "eu-west-1").verify(call) } == "AuthorizationHeaderMalformed")
        #expect(code { _ = try Self.verifier(token: "t").verify(call) } == "InvalidToken")
        var headers = Self.getHeaders
        headers["Authorization"] = headers["Authorization"].map { "\($0)".split(separator: "AKIAIOSFODNN7EXAMPLE") }?
            .joined(separator: "AKIAOTHER")
        #expect(code { _ = try Self.verifier().verify(Self.call(.get, "/test.txt", headers)) } == "InvalidAccessKeyId")
    }

    @Test func clocksMayDifferByFifteenMinutes() throws {
        let call = try Self.call(.get, "/test.txt", Self.getHeaders)
        #expect(code { _ = try Self.verifier(now: "2013-05-24T00:15:00Z").verify(call) } == nil)
        #expect(code { _ = try Self.verifier(now: "2013-05-24T00:15:01Z").verify(call) } == "RequestTimeTooSkewed")
        #expect(code { _ = try Self.verifier(now: "2013-05-23T23:44:59Z").verify(call) } == "RequestTimeTooSkewed")
    }

    @Test func presignedRequestsExpire() throws {
        let call = try Self.call(.get, Self.presigned, [:])
        #expect(code { _ = try Self.verifier(now: "2013-05-25T00:00:00Z").verify(call) } == nil)
        #expect(code { _ = try Self.verifier(now: "2013-05-25T00:00:01Z").verify(call) } == "AccessDenied")
        #expect(code { _ = try Self.verifier(now: "2013-05-23T23:00:00Z").verify(call) } == "AccessDenied")
    }

    @Test func amzHeadersMustBeSigned() throws {
        var headers = Self.getHeaders
        headers["x-amz-meta-extra"] = "1"
        #expect(code { _ = try Self.verifier().verify(Self.call(.get, "/test.txt", headers)) } == "AccessDenied")
    }

    @Test(arguments: [
        ("", "AccessDenied"), ("AWS AKIA:abc", "InvalidRequest"),
        ("AWS4-HMAC-SHA256 nonsense", "AuthorizationHeaderMalformed"),
        ("AWS4-HMAC-SHA256 Credential=a/b,SignedHeaders=host,Signature=00", "AuthorizationHeaderMalformed"),
    ])
    func malformedAuthorizationIsNamed(_ value: String, _ expected: String) throws {
        var headers = Self.getHeaders
        headers["Authorization"] = value.isEmpty ? nil : value
        #expect(code { _ = try Self.verifier().verify(Self.call(.get, "/test.txt", headers)) } == expected)
    }
}
