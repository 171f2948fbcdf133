import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import GroundworkTestProcesses
import S3CompatTesting
import Testing

@testable import S3Compat

/// What goes wrong in real life, each with one error that names the thing and the remedy.
@Suite struct FailureTests {
    /// The error of a head, as a store and as S3.
    private func headError(_ bucket: S3Bucket) async throws -> ObjectStoreError? {
        do {
            _ = try await bucket.get("k")
            return nil
        } catch let error as ObjectStoreError {
            return error
        }
    }

    private func s3(_ error: ObjectStoreError?) -> S3Error? { error?.underlyingError as? S3Error }

    @Test func wrongSecret() async throws {
        let secret = "this-is-not-the-secret"
        try await withStore(client: { configuration in
            configuration.credentials = .fixed(accessKeyID: "AKIALOOPBACK00000000", secretAccessKey: Secret(secret))
        }) { store in
            let error = try await headError(store.bucket)
            #expect(error?.code == .accessDenied)
            #expect(s3(error)?.code == .signatureDoesNotMatch)
            #expect(error?.message.contains("secret access key") ?? false)
            #expect(!"\(String(describing: error)) \(String(reflecting: error))".contains(secret))
            #expect(store.server.requests.count == 1)
        }
    }

    @Test func unknownAccessKey() async throws {
        try await withStore(client: { configuration in
            configuration.credentials = .fixed(accessKeyID: "AKIAOTHER", secretAccessKey: Secret("x"))
        }) { store in
            let error = try await headError(store.bucket)
            #expect(s3(error)?.code == .invalidAccessKeyID)
        }
    }

    @Test func missingBucket() async throws {
        try await withStore { store in
            let bucket = try store.client.bucket("absent")
            let found1 = try await headError(bucket)?.code
            #expect(found1 == .storeNotFound)
            let isThere = try await bucket.exists()
            #expect(!isThere)
            let put = try await s3Error { try await bucket.upload("k", .text("x")) }
            #expect(put?.code == .noSuchBucket)
            #expect(put?.resource == "s3://absent/k")
        }
    }

    @Test func endpointDown() async throws {
        let port = try LoopbackPort.free()
        let client = try S3Client(
            S3Client.Configuration(
                provider: .custom(endpoint: "http://127.0.0.1:\(port)"),
                credentials: .fixed(accessKeyID: "a", secretAccessKey: Secret("b"))
            )
        )
        let error = try await headError(client.bucket("test"))
        #expect(error?.code == .unavailable)
        #expect(s3(error)?.code == .unreachable)
        #expect(error?.message.contains("127.0.0.1:\(port)") ?? false)
    }

    @Test func clockTwentyMinutesOff() async throws {
        try await withStore { store in
            store.server.moveClock(by: .seconds(1200))
            try await store.bucket.put("k", .text("x"))
            #expect(store.server.requests.map(\.errorCode) == ["RequestTimeTooSkewed", nil])
            let report = await store.bucket.check()
            #expect(report.isHealthy)
            #expect(abs((report.clockSkew ?? 0) - 1200) < 30)
            // The next requests are right at once.
            store.server.clearRequests()
            #expect(try await store.bucket.read("k") == Array("x".utf8))
            #expect(store.server.requests.count == 1)
        }
    }

    @Test func wrongRegionIsLearned() async throws {
        try await withStore(server: { $0.region = "eu-central-1" }) { store in
            try await store.bucket.put("k", .text("x"))
            store.server.clearRequests()
            #expect(try await store.bucket.read("k") == Array("x".utf8))
            #expect(store.server.requests.count == 1)
        }
    }

    @Test func storeThatGoesOnFailing() async throws {
        try await withStore { store in
            store.server.inject(.internalError, times: nil)
            let error = try await headError(store.bucket)
            #expect(error?.code == .unavailable)
            #expect(error?.isRetryable ?? false)
            #expect(s3(error)?.attempts == 5)
            store.server.clearFaults()
            store.server.inject(.slowDown, times: nil)
            let found2 = try await headError(store.bucket)?.code
            #expect(found2 == .throttled)
        }
    }

    @Test func badNames() async throws {
        try await withStore { store in
            for name in ["", "a", "A B", "a/b", "https://x", "arn:aws:s3:::x", "127.0.0.1", "a..b", "-ab", "ab-"] {
                let error = try await s3Error { _ = try store.client.bucket(name) }
                #expect(error?.code == .invalidBucketName, "\(name)")
            }
            for key in ["", String(repeating: "k", count: 1025)] {
                let error = try await s3Error { _ = try await store.bucket.headObject(key) }
                #expect(error?.code == .invalidKey)
            }
            #expect(store.server.requests.isEmpty)
        }
    }

    @Test func headersThatHTTPForbids() async throws {
        try await withStore { store in
            for (name, value) in [("a b", "c"), ("a", "b\r\nx: y"), ("a", "é"), ("a", " b"), ("", "c\u{0}")] {
                var options = S3PutOptions()
                options.metadata = [name: value]
                let error = try await s3Error { try await store.bucket.upload("k", .text("x"), options: options) }
                #expect(error?.code == .invalidArgument, "\(name)=\(value)")
            }
            #expect(store.server.requests.isEmpty)
        }
    }

    @Test func checkSaysWhatIsWrong() async throws {
        try await withStore { store in
            #expect(await store.bucket.check(prefix: "app/").isHealthy)
            #expect(store.server.keys(in: "test").isEmpty)
            store.server.inject(.error(status: 403, code: "AccessDenied"), into: .init(.putObject))
            let report = await store.bucket.check()
            #expect(report.steps.map { $0.failure?.code } == [nil, .accessDenied])
            #expect("\(report)".contains("FAILED store an object"))
        }
    }

    @Test func deletesManyAndTellsWhichFailed() async throws {
        try await withStore(provider: { $0.deleteBatchSize = 10 }) { store in
            let keys = (0..<25).map { "k\($0)" } + ["control\u{1}", "a&<b>\"'"]
            for key in keys { try await store.bucket.put(key, .text("x")) }
            store.server.clearRequests()
            let failures = try await store.bucket.deleteMany(keys + ["absent"])
            #expect(failures.isEmpty)
            #expect(store.server.keys(in: "test").isEmpty)
            #expect(store.server.requests.filter { $0.operation == .deleteObjects }.count == 3)
            // A store without the operation gets one request for each key.
            for key in keys.prefix(5) { try await store.bucket.put(key, .text("x")) }
            store.server.inject(.error(status: 501, code: "NotImplemented"), into: .init(.deleteObjects), times: nil)
            store.server.inject(.error(status: 403, code: "AccessDenied"), into: .init(.deleteObject, key: "k3"))
            let refused = try await store.bucket.deleteMany(Array(keys.prefix(5)))
            #expect(refused.map(\.key) == ["k3"])
            #expect(refused.first?.error.code == .accessDenied)
            #expect(store.server.keys(in: "test") == ["k3"])
        }
    }

    @Test func copiesAndFailsInsideStatus200() async throws {
        try await withStore { store in
            var options = S3PutOptions()
            options.contentType = "text/x"
            options.metadata = ["m": "1"]
            try await store.bucket.upload("a+b//c", .text("x"), options: options)
            store.server.inject(.errorInsideSuccess(), into: .init(.copyObject))
            try await store.bucket.copyObject(from: "a+b//c", to: "copy é")
            let head = try await store.bucket.headObject("copy é")
            #expect(head.info.contentType == "text/x")
            #expect(head.info.metadata == ["m": "1"])
            store.server.inject(.errorInsideSuccess(code: "AccessDenied"), into: .init(.copyObject))
            let error = try await s3Error { try await store.bucket.copyObject(from: "a+b//c", to: "d") }
            #expect(error?.code == .accessDenied)
            #expect(error?.httpStatus == 200)
        }
    }

    @Test func makesListsAndDeletesBuckets() async throws {
        try await withStore { store in
            let bucket = try store.client.bucket("another")
            try await bucket.create()
            try await bucket.createIfMissing()
            #expect(try await store.client.listBuckets().map(\.name).sorted() == ["another", "test"])
            try await bucket.put("k", .text("x"))
            let error = try await s3Error { try await bucket.deleteBucket() }
            #expect(error?.code == .bucketNotEmpty)
            try await bucket.delete("k")
            try await bucket.deleteBucket()
            let isThere = try await bucket.exists()
            #expect(!isThere)
        }
    }

    @Test func findsAndAbortsAbandonedUploads() async throws {
        try await withStore { store in
            let upload = try await store.bucket.createMultipartUpload("up/é+ x")
            let part = try await store.bucket.uploadPart(upload, number: 1, Array("x".utf8))
            #expect(try await store.bucket.listParts(upload).map(\.etag) == [part.etag])
            let old = Date(timeIntervalSinceNow: -3600)
            #expect(try await store.bucket.abandonedUploads(prefix: "up/", olderThan: old).isEmpty)
            let found = try await store.bucket.abandonedUploads(prefix: "up/", olderThan: .distantFuture)
            #expect(found.map(\.key) == ["up/é+ x"])
            for upload in found { try await store.bucket.abort(upload) }
            #expect(store.server.pendingUploads(in: "test").isEmpty)
        }
    }
}
