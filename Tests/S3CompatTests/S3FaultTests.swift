import GroundworkCore
import GroundworkCurl
import GroundworkHTTP
import GroundworkStorage
import S3Compat
import S3CompatTesting
import Testing

/// Bad input and faults: each gives one typed error whose text names the thing and the remedy, and shows no secret; or,
/// where the client can mend it, no error at all.
@Suite struct S3FaultTests {
    private let hello = Array("hello".utf8)

    /// Checks the text of an error.
    private func expect(
        _ error: S3Error?,
        _ code: S3Error.Code,
        says words: [String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard let error else {
            Issue.record("nothing was thrown", sourceLocation: sourceLocation)
            return
        }
        let text = "\(error)"
        #expect(error.code == code, "\(text)", sourceLocation: sourceLocation)
        for word in words {
            #expect(text.contains(word), "\(text) does not say \(word)", sourceLocation: sourceLocation)
        }
        var dumped = ""
        dump(error, to: &dumped)
        for secret in ["loopback+secret", "not-the-secret", "Signature=", "X-Amz-Credential", "AWS4-HMAC"] {
            #expect(!text.contains(secret), "\(text)", sourceLocation: sourceLocation)
            #expect(!dumped.contains(secret), "\(dumped)", sourceLocation: sourceLocation)
        }
    }

    /// Parts of 5 MiB, so that a small upload has several.
    private func inParts(_ configuration: inout S3Client.Configuration) {
        configuration.transfer.partSize = 5 << 20
        configuration.transfer.multipartThreshold = 5 << 20
    }

    @Test func wrongSecret() async throws {
        try await withStore(client: {
            $0.credentials = S3StaticCredentials.fixed(
                accessKeyID: LoopbackS3Server.Configuration().accessKeyID,
                secretAccessKey: Secret("not-the-secret")
            )
        }) { store in
            let error = try await s3Error { _ = try await store.bucket.headBucket() }
            #expect(error?.httpStatus == 403)
            let put = try await s3Error { _ = try await store.bucket.upload("k", .bytes(hello)) }
            expect(put, .signatureDoesNotMatch, says: ["s3://test/k", "Check the secret access key"])
            #expect(store.server.keys(in: "test").isEmpty)
        }
    }

    @Test func unknownAccessKey() async throws {
        try await withStore(client: {
            $0.credentials = S3StaticCredentials.fixed(
                accessKeyID: "AKIANOBODY",
                secretAccessKey: Secret("not-the-secret")
            )
        }) { store in
            let error = try await s3Error { _ = try await store.bucket.upload("k", .bytes(hello)) }
            expect(error, .invalidAccessKeyID, says: ["access key ID", "endpoint"])
        }
    }

    @Test func missingBucket() async throws {
        try await withStore { store in
            let missing = try store.client.bucket("not-there")
            for error in [
                try await s3Error { _ = try await missing.upload("k", .bytes(hello)) },
                try await s3Error {
                    _ = try await missing.upload(
                        "k",
                        .stream(Chunks.of(hello, size: 2), length: .unknown(estimate: nil))
                    )
                },
                try await s3Error { _ = try await missing.getObject("k") },
                try await s3Error { _ = try await missing.listObjects(ObjectListOptions(), continuationToken: nil) },
            ] {
                expect(error, .noSuchBucket, says: ["s3://not-there", "create it first"])
            }
        }
    }

    @Test func bucketOfSomebodyElse() async throws {
        try await withStore { store in
            store.server.inject(.error(status: 403, code: "AccessDenied", message: "Access Denied"), times: nil)
            let error = try await s3Error { _ = try await store.bucket.upload("k", .bytes(hello)) }
            expect(error, .accessDenied, says: ["s3://test/k", "Check that the key is allowed"])
            #expect(store.server.requests.count == 1)
        }
    }

    @Test func endpointDown() async throws {
        try await withStore { store in
            await store.server.stop()
            let error = try await s3Error { _ = try await store.bucket.upload("k", .bytes(hello)) }
            expect(error, .unreachable, says: ["127.0.0.1:\(store.server.port)", "Check the endpoint"])
            #expect(error?.isRetryable == true)
        }
    }

    @Test func endpointHanging() async throws {
        try await withStore(client: {
            $0.request.responseHeadTimeout = .milliseconds(300)
            $0.retry.maximumAttempts = 2
        }) { store in
            store.server.inject(.hang, times: nil)
            let error = try await s3Error { _ = try await store.bucket.getObject("k") }
            expect(error, .timedOut, says: ["s3://test/k"])
            #expect(error?.attempts == 2)
        }
    }

    @Test func selfSignedHost() async throws {
        try await withStore(server: { $0.usesTLS = true }) { store in
            let error = try await s3Error { _ = try await store.bucket.upload("k", .bytes(hello)) }
            expect(error, .tlsFailed, says: ["localhost", "certificate authority"])
            #expect(error?.isRetryable == false)
            #expect(store.server.requests.isEmpty)

            // The remedy that the text names.
            var configuration = CurlHTTPTransport.Configuration()
            configuration.trust = .pem(try #require(store.server.certificateAuthorityPEM))
            let transport = CurlHTTPTransport(configuration: configuration)
            var client = store.client.configuration
            client.transport = transport
            let trusting = try S3Client(client).bucket("test")
            _ = try await trusting.upload("k", .bytes(hello))
            #expect(try await store.server.contents(of: "k", in: "test") == hello)
            await transport.shutdown()
        }
    }

    @Test func clockTwentyMinutesOffIsCorrected() async throws {
        for minutes in [20, -20] {
            try await withStore { store in
                store.server.moveClock(by: .seconds(60 * minutes))
                _ = try await store.bucket.upload("k", .bytes(hello))
                _ = try await store.bucket.headObject("k")
                // Refused once, and right from then on.
                #expect(store.server.requests.map(\.errorCode) == ["RequestTimeTooSkewed", nil, nil])
            }
        }
    }

    @Test func clockThatCannotBeCorrectedIsNamed() async throws {
        try await withStore { store in
            store.server.inject(.error(status: 403, code: "RequestTimeTooSkewed"), times: nil)
            let error = try await s3Error { _ = try await store.bucket.upload("k", .bytes(hello)) }
            expect(error, .requestTimeTooSkewed, says: ["clock", "NTP"])
        }
    }

    @Test func connectionDroppedWithinAPartIsMended() async throws {
        try await withStore(client: inParts) { store in
            store.server.inject(.closeDuringRequestBody(afterBytes: 1 << 20), into: .init(.uploadPart, partNumber: 2))
            let bytes = pattern(12 << 20)
            _ = try await store.bucket.upload(
                "k",
                .stream(Chunks.of(bytes, size: 100_000), length: .unknown(estimate: nil))
            )
            let isStored = try await store.server.contents(of: "k", in: "test") == bytes
            #expect(isStored)
            #expect(store.server.pendingFaults == 0)
        }
    }

    @Test func connectionDroppedWithinEveryPartLeavesNothing() async throws {
        try await withStore(client: {
            inParts(&$0)
            $0.retry.maximumAttempts = 3
        }) { store in
            store.server.inject(.closeDuringRequestBody(afterBytes: 1 << 20), into: .init(.uploadPart), times: nil)
            let error = try await s3Error {
                _ = try await store.bucket.upload(
                    "k",
                    .stream(Chunks.of(pattern(12 << 20), size: 100_000), length: .unknown(estimate: nil))
                )
            }
            #expect(error?.isRetryable == true)
            #expect([.connectionLost, .outcomeUnknown].contains(error?.code))
            expect(error, error?.code ?? .localFailure, says: ["UploadPart", "s3://test/k"])
            #expect(store.server.keys(in: "test").isEmpty)
            #expect(store.server.pendingUploads(in: "test").isEmpty)
        }
    }

    @Test func slowDownIsWaitedOut() async throws {
        try await withStore { store in
            store.server.inject(.slowDown, times: 2)
            _ = try await store.bucket.upload("k", .bytes(hello))
            #expect(store.server.requests.map(\.status) == [503, 503, 200])
        }
    }

    @Test func slowDownForEverIsNamed() async throws {
        try await withStore(client: { $0.retry.maximumAttempts = 3 }) { store in
            store.server.inject(.slowDown, times: nil)
            let error = try await s3Error { _ = try await store.bucket.upload("k", .bytes(hello)) }
            expect(error, .slowDown, says: ["s3://test/k", "fewer requests", "tried 3 times"])
            #expect(error?.isRetryable == true)
            #expect(store.server.requests.count == 3)
        }
    }

    @Test func errorInsideASuccessfulCompletionIsAnError() async throws {
        try await withStore(client: inParts) { store in
            store.server.inject(.errorInsideSuccess(), into: .init(.completeMultipartUpload))
            let bytes = pattern(6 << 20)
            _ = try await store.bucket.upload("k", .bytes(bytes))
            let isStored = try await store.server.contents(of: "k", in: "test") == bytes
            #expect(isStored)

            store.server.inject(
                .errorInsideSuccess(code: "InternalError", message: "We encountered an internal error."),
                into: .init(.completeMultipartUpload),
                times: nil
            )
            let error = try await s3Error { _ = try await store.bucket.upload("other", .bytes(bytes)) }
            #expect(error != nil)
            #expect(store.server.keys(in: "test") == ["k"])
            if let error { expect(error, error.code, says: ["s3://test/other"]) }
        }
    }

    @Test func answerLostAfterCompletionIsLookedUp() async throws {
        try await withStore(client: inParts) { store in
            store.server.inject(.closeAfterWork, into: .init(.completeMultipartUpload))
            let bytes = pattern(6 << 20)
            let result = try await store.bucket.upload("k", .bytes(bytes))
            let isStored = try await store.server.contents(of: "k", in: "test") == bytes
            #expect(isStored)
            #expect(try await store.bucket.head("k").etag == result.etag)
        }
    }

    @Test func answerLostAfterAConditionalPutIsNoConflict() async throws {
        try await withStore(provider: { $0.conditionalPut = .enforced }) { store in
            store.server.inject(.closeAfterWork, into: .init(.putObject))
            var options = ObjectPutOptions()
            options.condition = .ifAbsent
            do {
                try await store.bucket.put("k", .bytes(hello), options: options)
            } catch let error as ObjectStoreError {
                #expect(error.code == .outcomeUnknown)
            }
            #expect(try await store.server.contents(of: "k", in: "test") == hello)
        }
    }

    @Test(arguments: ["Upper", "a", "a_b", "a/b", "s3://bucket", "-a-", "192.168.1.1", ""])
    func bucketNameThatIsNotAllowed(_ name: String) async throws {
        try await withStore(provider: { $0.strictBucketNames = true }) { store in
            let error = try await s3Error { _ = try store.client.bucket(name) }
            expect(error, .invalidBucketName, says: ["\"\(name)\"", "cannot be the name of a bucket"])
        }
    }

    @Test(arguments: ["", String(repeating: "k", count: 1025)])
    func keyThatIsNotAllowed(_ key: String) async throws {
        try await withStore { store in
            let error = try await s3Error { _ = try await store.bucket.upload(key, .bytes(hello)) }
            expect(error, .invalidKey, says: ["key", "1024"])
            #expect(store.server.requests.isEmpty)
        }
    }

    @Test func aBodyThatIsChangedOnItsWayIsRefusedByItsHash() async throws {
        try await withStore(client: { $0.transport = ChangingTransport() }) { store in
            let error = try await s3Error { _ = try await store.bucket.upload("k", .bytes(hello)) }
            expect(error, .contentSHA256Mismatch, says: ["s3://test/k"])
            #expect(error?.httpStatus == 400)
            #expect(error?.requestID != nil)
            #expect(store.server.keys(in: "test").isEmpty)
        }
    }

    @Test func anotherContentThanSentIsNoticed() async throws {
        try await withStore(provider: { $0.etag = .md5 }, client: { $0.transfer.proof = .always }) { store in
            store.server.inject(.wrongETag, into: .init(.putObject), times: nil)
            let error = try await s3Error { _ = try await store.bucket.upload("k", .bytes(hello)) }
            expect(error, .corrupted, says: ["s3://test/k"])
        }
    }
}

/// Something on the way that changes bodies and leaves their length.
private struct ChangingTransport: HTTPTransport {
    func send(
        _ request: HTTPRequest,
        body: HTTPBody?,
        options: HTTPRequestOptions
    ) async throws -> HTTPStreamedResponse {
        let changed = body == nil ? nil : HTTPBody.text("HELLO")
        return try await CurlHTTPTransport.shared.send(request, body: changed, options: options)
    }
}
