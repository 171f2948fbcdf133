import GroundworkCore
import GroundworkStorage
import S3CompatTesting
import Testing

@testable import S3Compat

@Suite struct RequestOptionsTests {
    private let payer = S3RequestOptions(headers: ["X-Amz-Request-Payer": "requester"])

    @Test func lowLevelCallsCarryTheCallersFields() async throws {
        try await withStore { store in
            let bucket = store.bucket
            var put = S3PutOptions()
            put.headers = payer.headers
            let upload = try await bucket.createMultipartUpload("k", options: put)
            let part = try await bucket.uploadPart(upload, number: 1, Array("part".utf8), options: payer)
            #expect(try await bucket.listParts(upload, options: payer) == [part])
            try await bucket.completeMultipartUpload(upload, parts: [part], options: payer)
            #expect(try await bucket.headObject("k", options: payer).info.size == 4)
            try await bucket.deleteObject("k", options: payer)
            let other = try await bucket.createMultipartUpload("l", options: put)
            try await bucket.abortMultipartUpload(other, options: payer)
            #expect(store.server.requests.count == 8)
            for request in store.server.requests {
                #expect((request.status ?? 500) < 300)
                #expect(request.headers["x-amz-request-payer"] == "requester", "\(request.operation)")
            }
        }
    }

    /// The store refuses two checksums, and a part's own must be repeated at the end.
    @Test func aChecksumOfTheCallersOwnReplacesTheProfiles() async throws {
        try await withStore(provider: {
            $0.bodyChecksum = .contentMD5
            $0.payloadSigning = .never
        }) { store in
            let bucket = store.bucket
            var put = S3PutOptions()
            put.headers = ["x-amz-checksum-algorithm": "CRC32C"]
            let upload = try await bucket.createMultipartUpload("k", options: put)
            let bytes = Array("123456789".utf8)
            let own = S3RequestOptions(headers: ["x-amz-checksum-crc32c": "4waSgw=="])
            let part = try await bucket.uploadPart(upload, number: 1, bytes, options: own)
            #expect(part.checksums == [.crc32c: "4waSgw=="])
            let sent = store.server.requests.last
            #expect(sent?.headers["x-amz-checksum-crc32c"] == "4waSgw==")
            #expect(sent?.headers["content-md5"] == nil)
            #expect(try await bucket.listParts(upload) == [part])

            let wrong = try await s3Error {
                _ = try await bucket.uploadPart(upload, number: 1, Array("12345678x".utf8), options: own)
            }
            #expect(wrong?.code == .badDigest)
            _ = try await bucket.uploadPart(upload, number: 2, bytes)
            #expect(store.server.requests.last?.headers["content-md5"] != nil)
            var altered = part
            altered.checksums[.crc32c] = "AAAAAA=="
            let refused = try await s3Error { try await bucket.completeMultipartUpload(upload, parts: [altered]) }
            #expect(refused?.code == .invalidPart)
            try await bucket.completeMultipartUpload(upload, parts: [part])
        }
    }

    @Test func fieldsThatHTTPForbidsAreNamedBeforeAnythingIsSent() async throws {
        try await withStore { store in
            let upload = S3MultipartUpload(key: "k", uploadID: "u")
            for headers in [["bad name": "x"], ["x-good": "line\nbreak"], ["x-good": "é"]] {
                let options = S3RequestOptions(headers: headers)
                for error in [
                    try await s3Error {
                        _ = try await store.bucket.uploadPart(upload, number: 1, [1], options: options)
                    },
                    try await s3Error { _ = try await store.bucket.listParts(upload, options: options) },
                    try await s3Error { try await store.bucket.abortMultipartUpload(upload, options: options) },
                    try await s3Error { _ = try await store.bucket.headObject("k", options: options) },
                    try await s3Error { try await store.bucket.deleteObject("k", options: options) },
                ] {
                    #expect(error?.code == .invalidArgument)
                    #expect(error?.message.contains(headers.keys.first ?? "?") ?? false)
                }
            }
            #expect(store.server.requests.isEmpty)
        }
    }

    @Test func theLocationNamesTheBucketAmongAll() throws {
        func location(_ provider: S3Provider, _ change: (inout S3Provider) -> Void = { _ in }) throws -> String {
            var provider = provider
            change(&provider)
            let configuration = S3Client.Configuration(
                provider: provider,
                credentials: .fixed(accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret("a-secret"))
            )
            return try S3Client(configuration).bucket("backups").location
        }
        #expect(try location(.aws(region: "eu-west-1")) == "s3://backups")
        let r2 = "s3://backups?endpoint=https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com"
        #expect(try location(.r2(accountID: "0123456789abcdef0123456789abcdef")) == r2)
        let own = try S3Provider.custom(endpoint: "http://127.0.0.1:9000/storage/v1/")
        #expect(try location(own) == "s3://backups?endpoint=http://127.0.0.1:9000/storage/v1")
        #expect(try location(own) { $0.addressing = .virtualHost } == location(own))
        // Two stores with a bucket of the same name are two places.
        #expect(try location(.custom(endpoint: "http://127.0.0.1:9001")) != location(own))
    }
}
