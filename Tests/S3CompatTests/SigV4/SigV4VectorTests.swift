import FoundationEssentials
import GroundworkCore
import GroundworkCrypto
import Testing

@testable import S3Compat

/// The worked examples of the S3 API's documentation, "Signature Calculations for the Authorization Header" and
/// "Using Query Parameters".
@Suite struct SigV4VectorTests {
    private let credentials = S3Credentials(
        accessKeyID: "AKIAIOSFODNN7EXAMPLE",
        secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    )
    private let date = Date(timeIntervalSince1970: 1_369_353_600)
    private let host = "examplebucket.s3.amazonaws.com"

    private func signature(_ input: SigV4Signer.Input) throws -> String? {
        let signed = try SigV4Signer().sign(input, credentials: credentials, region: "us-east-1", date: date)
        let value = try #require(signed.headers.first { $0.name == "Authorization" }?.value)
        return value.split(separator: "=").last.map(String.init)
    }

    @Test func signsGetWithRange() throws {
        var input = SigV4Signer.Input(
            method: "GET",
            host: host,
            path: "/test.txt",
            payloadHash: SigV4Signer.emptyPayload
        )
        input.headers = [("Range", "bytes=0-9")]
        #expect(try signature(input) == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
    }

    @Test func signsPutWithStorageClass() throws {
        var input = SigV4Signer.Input(
            method: "PUT",
            host: host,
            path: "/test%24file.text",
            payloadHash: "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"
        )
        input.headers = [("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")]
        #expect(try signature(input) == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")
    }

    @Test func signsGetOfLifecycle() throws {
        var input = SigV4Signer.Input(method: "GET", host: host, path: "/", payloadHash: SigV4Signer.emptyPayload)
        input.query = [("lifecycle", "")]
        #expect(try signature(input) == "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")
    }

    @Test func signsListOfObjects() throws {
        var input = SigV4Signer.Input(method: "GET", host: host, path: "/", payloadHash: SigV4Signer.emptyPayload)
        input.query = [("prefix", "J"), ("max-keys", "2")]
        #expect(try signature(input) == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")
    }

    @Test func presignsGet() throws {
        let input = SigV4Signer.Input(
            method: "GET",
            host: host,
            path: "/test.txt",
            payloadHash: SigV4Signer.unsignedPayload
        )
        let signed = try SigV4Signer().presign(
            input,
            credentials: credentials,
            region: "us-east-1",
            date: date,
            expires: 86_400
        )
        #expect(
            signed.target
                == "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
        )
    }

    @Test func derivesADifferentKeyForEachDayRegionAndSecret() throws {
        let cache = SigningKeyCache()
        var other = credentials
        other.secretAccessKey = Secret("another")
        let message = Array("x".utf8)
        var seen: Set<[UInt8]> = []
        for day in ["20130524", "20130525"] {
            for region in ["us-east-1", "eu-west-1"] {
                for credentials in [credentials, other] {
                    let key = try cache.key(day: day, region: region, credentials: credentials)
                    seen.insert(try key.authenticate(message))
                    let again = try cache.key(day: day, region: region, credentials: credentials)
                    #expect(try again.authenticate(message) == key.authenticate(message))
                }
            }
        }
        #expect(seen.count == 8)
    }
}
