import FoundationEssentials
import GroundworkCore
import GroundworkHTTP
import GroundworkStorage
import HTTPTypes
import S3CompatTesting
import Testing

@testable import S3Compat

/// What an upload says of itself when answers are lost, lie, or cannot be looked after.
@Suite struct UploadOutcomeTests {
    typealias Answer = ScriptedStore.Answer

    private let bytes = [UInt8](repeating: 7, count: 6 << 20)

    private func stream() -> ObjectBody { .stream(Chunks.of(bytes, size: 1 << 20), length: .unknown(estimate: nil)) }

    private func inParts(_ configuration: inout S3Client.Configuration) {
        configuration.transfer.partSize = 5 << 20
        configuration.retry.maximumAttempts = 2
    }

    /// A store whose ETags mean nothing: an upload in two parts is begun and sent, then come these answers.
    private func scripted(_ answers: [Answer]) throws -> (bucket: S3Bucket, store: ScriptedStore) {
        var provider = try S3Provider.custom(endpoint: "https://store.example")
        provider.etag = .opaque
        provider.multipartETag = .opaque
        let begun = "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"
        let part = Answer(200, [.eTag: "\"p\""])
        return try ScriptedStore.bucket(
            [Answer(200, [:], begun), part, part] + answers,
            provider: provider,
            client: inParts
        )
    }

    private func head(size: Int) -> Answer {
        Answer(
            200,
            [.contentLength: "\(size)", .eTag: "\"other\"", .lastModified: "Fri, 01 Jan 2100 00:00:00 GMT"]
        )
    }

    @Test func anErrorInsideStatus200IsAnErrorOfEveryWrite() async throws {
        try await withStore(client: inParts) { store in
            store.server.inject(.errorInsideSuccess(), into: .init(.putObject))
            try await store.bucket.upload("k", .text("x"))
            #expect(store.server.requests.count == 2)
            store.server.inject(.errorInsideSuccess(), into: .init(.uploadPart))
            try await store.bucket.upload("l", stream())
            #expect(store.server.requests.filter { $0.operation == .uploadPart }.count == 3)
            store.server.inject(.errorInsideSuccess(code: "AccessDenied"), into: .init(.deleteObject))
            let error = try await s3Error { try await store.bucket.deleteObject("k") }
            #expect(error?.code == .accessDenied)
            store.server.inject(.errorInsideSuccess(code: "AccessDenied"), into: .init(.createBucket))
            let refused = try await s3Error { try await store.client.bucket("another").create() }
            #expect(refused?.code == .accessDenied)
        }
    }

    @Test func anObjectOfAnotherSizeIsNoSuccess() async throws {
        let completed = Answer(200, [:], "<CompleteMultipartUploadResult></CompleteMultipartUploadResult>")
        let (bucket, store) = try scripted([completed, head(size: 5), Answer(204)])
        let error = try await s3Error { try await bucket.upload("k", stream()) }
        #expect(error?.code == .corrupted)
        #expect(store.requests.last?.method == .delete)
    }

    @Test func anotherObjectOfTheSameSizeIsNotTakenForOurs() async throws {
        let lost = Answer(failure: HTTPTransportError(.connectionLost, "Lost.", sent: .possibly))
        let gone = Answer(404, [:], "<Error><Code>NoSuchUpload</Code></Error>")
        let (bucket, store) = try scripted([lost, gone, head(size: bytes.count)])
        let error = try await s3Error { try await bucket.upload("k", stream()) }
        #expect(error?.code == .outcomeUnknown)
        let mark = try #require(HTTPField.Name("x-amz-meta-\(S3PutOptions.markName)"))
        #expect(store.requests.first?.headerFields[mark] != nil)
    }

    @Test func theMarkFindsTheObjectWhereETagsMeanNothing() async throws {
        try await withStore(provider: { $0.multipartETag = .opaque }, client: inParts) { store in
            store.server.inject(.closeAfterWork, into: .init(.completeMultipartUpload))
            try await store.bucket.upload("k", stream())
            #expect(try await store.bucket.head("k").metadata.isEmpty)
        }
    }

    @Test func whatCannotBeLookedAtIsUnknown() async throws {
        try await withStore(
            provider: {
                $0.conditionalPut = .enforced
                $0.conditionalComplete = .enforced
            },
            client: inParts
        ) { store in
            var options = S3PutOptions()
            options.condition = .ifAbsent
            store.server.inject(.error(status: 403, code: "AccessDenied"), into: .init(.headObject), times: nil)
            store.server.inject(.closeAfterWork, into: .init(.putObject))
            let whole = try await s3Error { try await store.bucket.upload("k", .text("x"), options: options) }
            #expect(whole?.code == .outcomeUnknown)
            #expect(whole?.isRetryable == false)
            store.server.inject(.closeAfterWork, into: .init(.completeMultipartUpload))
            let parts = try await s3Error { try await store.bucket.upload("l", stream(), options: options) }
            #expect(parts?.code == .outcomeUnknown)
        }
    }

    @Test func credentialsThatMayOnlyWriteSuffice() async throws {
        try await withStore(client: inParts) { store in
            store.server.inject(.error(status: 403, code: "AccessDenied"), into: .init(.headObject), times: nil)
            let result = try await store.bucket.upload("k", stream())
            #expect(result.size == Int64(bytes.count))
            #expect(result.etag?.hasSuffix("-2") ?? false)
            #expect(store.server.pendingUploads(in: "test").isEmpty)
            // Without an ETag that proves it, somebody must look.
            store.server.inject(.wrongETag, into: .init(.completeMultipartUpload))
            let error = try await s3Error { try await store.bucket.upload("k", stream()) }
            #expect(error?.code == .outcomeUnknown)
        }
    }

    @Test func everyRequestHasTheCustomersKey() async throws {
        try await withStore(client: inParts) { store in
            let name = "x-amz-server-side-encryption-customer-algorithm"
            var options = S3PutOptions()
            options.headers = [name: "AES256", "x-amz-storage-class": "STANDARD"]
            try await store.bucket.upload("k", stream(), options: options)
            let requests = store.server.requests.filter { $0.operation != .completeMultipartUpload }
            #expect(requests.count == 4)
            #expect(requests.allSatisfy { $0.headers[name] == "AES256" })
            #expect(requests.filter { $0.headers["x-amz-storage-class"] != nil }.count == 1)
        }
    }

    @Test func aConditionalPutThatRunsOutOfTimeIsUnknown() async throws {
        try await withStore(
            provider: { $0.conditionalPut = .enforced },
            client: { $0.transfer.totalTimeout = .milliseconds(500) }
        ) { store in
            store.server.inject(.hang, into: .init(.putObject), times: nil)
            var options = S3PutOptions()
            options.condition = .ifAbsent
            let error = try await s3Error { try await store.bucket.upload("k", .text("x"), options: options) }
            #expect(error?.code == .outcomeUnknown)
            #expect(error?.isRetryable == false)
            let plain = try await s3Error { try await store.bucket.upload("k", .text("x")) }
            #expect(plain?.code == .timedOut)
            #expect(plain?.isRetryable == true)
        }
    }

    @Test func aFailedPartEndsTheWaitingForTheSource() async throws {
        try await withStore(client: {
            inParts(&$0)
            $0.transfer.totalTimeout = .seconds(60)
        }) { store in
            store.server.inject(.error(status: 403, code: "AccessDenied"), into: .init(.uploadPart), times: nil)
            let isCancelled = Locked(false)
            let endless = Chunks { index in
                if index == 0 { return [UInt8](repeating: 1, count: 6 << 20) }
                do { try await Task.sleep(for: .seconds(3600)) } catch {
                    isCancelled.withLock { $0 = true }
                    throw error
                }
                return nil
            }
            let error = try await s3Error {
                try await store.bucket.upload("k", .stream(endless, length: .unknown(estimate: nil)))
            }
            #expect(error?.code == .accessDenied)
            #expect(isCancelled.withLock { $0 })
            #expect(store.server.pendingUploads(in: "test").isEmpty)
        }
    }
}
