import FoundationEssentials
import GroundworkCore
import GroundworkHTTP
import GroundworkStorage
import GroundworkTesting
import S3CompatTesting
import Testing

@testable import S3Compat

/// Uploads to a store that goes wrong.
@Suite struct UploadFaultTests {
    private let bytes = pattern(11 << 20)

    private func stream() -> ObjectBody { .stream(Chunks.of(bytes, size: 300_000), length: .unknown(estimate: nil)) }

    /// Parts of 5 MiB.
    private func withParts<Result>(
        provider: (inout S3Provider) -> Void = { _ in },
        client: (inout S3Client.Configuration) -> Void = { _ in },
        _ body: (Store) async throws -> Result
    ) async throws -> Result {
        try await withStore(
            provider: provider,
            client: { configuration in
                configuration.transfer.partSize = 5 << 20
                client(&configuration)
            },
            body
        )
    }

    @Test func retriesPartsThatTheStoreSlowsDown() async throws {
        try await withParts { store in
            store.server.inject(.slowDown, into: .init(.uploadPart, partNumber: 2), times: 2)
            store.server.inject(.closeDuringRequestBody(afterBytes: 100_000), into: .init(.uploadPart, partNumber: 1))
            store.server.inject(.closeBeforeWork, into: .init(.uploadPart, partNumber: 3))
            let result = try await store.bucket.upload("k", stream())
            #expect(result.size == Int64(bytes.count))
            #expect(result.proof == .contentHash)
            #expect(result.partLength == 5 << 20)
            #expect(store.server.pendingFaults == 0)
            let isStored = try await store.server.contents(of: "k", in: "test") == bytes
            #expect(isStored)
        }
    }

    @Test func retriesACompletionThatFailsInsideStatus200() async throws {
        try await withParts { store in
            store.server.inject(.errorInsideSuccess(), into: .init(.completeMultipartUpload), times: 2)
            try await store.bucket.upload("k", stream())
            let isStored = try await store.server.contents(of: "k", in: "test") == bytes
            #expect(isStored)
        }
    }

    @Test func abortsWhenACompletionGoesOnFailing() async throws {
        try await withParts { store in
            store.server.inject(
                .errorInsideSuccess(code: "InvalidPart", message: "no"),
                into: .init(.completeMultipartUpload),
                times: nil
            )
            let error = try await s3Error { try await store.bucket.upload("k", stream()) }
            #expect(error?.code == .invalidPart)
            #expect(error?.httpStatus == 200)
            #expect(store.server.pendingUploads(in: "test").isEmpty)
            #expect(store.server.keys(in: "test").isEmpty)
        }
    }

    @Test func findsOutThatACompletionWhoseAnswerWasLostHappened() async throws {
        try await withParts { store in
            store.server.inject(.closeAfterWork, into: .init(.completeMultipartUpload))
            let result = try await store.bucket.upload("k", stream())
            #expect(result.size == Int64(bytes.count))
            let isStored = try await store.server.contents(of: "k", in: "test") == bytes
            #expect(isStored)
        }
    }

    @Test func saysThatTheOutcomeIsUnknownWhenNothingCanBeFoundOut() async throws {
        try await withParts(client: { $0.retry.maximumAttempts = 2 }) { store in
            store.server.inject(.closeBeforeWork, into: .init(.completeMultipartUpload), times: nil)
            let error = try await s3Error { try await store.bucket.upload("k", stream()) }
            #expect(error?.code == .outcomeUnknown)
        }
    }

    @Test func conditionalPutWhoseAnswerWasLostIsNotAFailedCondition() async throws {
        try await withParts(provider: { $0.conditionalPut = .enforced }) { store in
            store.server.inject(.closeAfterWork, into: .init(.putObject))
            var options = ObjectPutOptions()
            options.condition = .ifAbsent
            options.metadata = ["a": "b"]
            try await store.bucket.put("k", .text("mine"), options: options)
            #expect(try await store.bucket.head("k").metadata == ["a": "b"])
            // Somebody else with the same bytes has lost all the same.
            store.server.inject(.closeAfterWork, into: .init(.putObject))
            do {
                try await store.bucket.put("k", .text("mine"), options: options)
                Issue.record("the second put must fail")
            } catch let error as ObjectStoreError {
                #expect(error.code == .preconditionFailed)
            }
        }
    }

    @Test func conditionalUploadInPartsWhoseAnswerWasLostIsFound() async throws {
        try await withParts(provider: {
            $0.conditionalPut = .enforced; $0.conditionalComplete = .enforced
        }) { store in
            store.server.inject(.closeAfterWork, into: .init(.completeMultipartUpload))
            var options = ObjectPutOptions()
            options.condition = .ifAbsent
            try await store.bucket.put("k", stream(), options: options)
            do {
                try await store.bucket.put("k", stream(), options: options)
                Issue.record("the second put must fail")
            } catch let error as ObjectStoreError {
                #expect(error.code == .preconditionFailed)
            }
            #expect(store.server.pendingUploads(in: "test").isEmpty)
        }
    }

    @Test func aPutWithoutAnAnswerIsUnknown() async throws {
        try await withParts(
            client: {
                $0.retry.maximumAttempts = 2
                $0.request.responseHeadTimeout = .milliseconds(400)
            }
        ) { store in
            store.server.inject(.hang, into: .init(.putObject), times: nil)
            let error = try await s3Error { try await store.bucket.upload("k", .text("x")) }
            #expect(error?.code == .outcomeUnknown)
            #expect(error?.attempts == 2)
            store.server.inject(.hang, into: .init(.headObject), times: nil)
            let head = try await s3Error { _ = try await store.bucket.headObject("k") }
            #expect(head?.code == .timedOut)
        }
    }

    @Test func sendsAPartAgainWhoseETagIsWrong() async throws {
        try await withParts(provider: { $0.etag = .md5 }, client: { $0.transfer.proof = .always }) { store in
            store.server.inject(.wrongETag, into: .init(.uploadPart, partNumber: 2))
            try await store.bucket.upload("k", stream())
            #expect(store.server.requests.filter { $0.operation == .uploadPart }.count == 4)
            store.server.inject(.wrongETag, into: .init(.putObject), times: nil)
            let error = try await s3Error { try await store.bucket.upload("l", .text("x")) }
            #expect(error?.code == .corrupted)
        }
    }

    @Test func refusesMorePartsThanTheStoreTakesInsteadOfTruncating() async throws {
        try await withParts(provider: { $0.parts.maximumCount = 2 }) { store in
            let error = try await s3Error { try await store.bucket.upload("k", stream()) }
            #expect(error?.code == .tooManyParts)
            #expect(store.server.keys(in: "test").isEmpty)
            #expect(store.server.pendingUploads(in: "test").isEmpty)
        }
    }

    @Test func sendsPartsOfOneLengthAndOnlySoManyAtOnce() async throws {
        try await withParts(client: { $0.transfer.window = 2 }) { store in
            try await store.bucket.upload("k", stream())
            let parts = store.server.requests.filter { $0.operation == .uploadPart }
            #expect(parts.count == 3)
            #expect(parts.map { $0.headers["content-length"] ?? "" }.sorted() == ["1048576", "5242880", "5242880"])
            #expect(Set(parts.map(\.connectionID)).count <= 2)
        }
    }

    /// A window that slides, and no batches: a slow part holds up nobody but itself.
    @Test(.timeLimit(.minutes(1))) func partsGoOnWhileOneIsSlow() async throws {
        let time = ManualTime()
        try await withStore(
            server: { $0.time = time },
            client: {
                $0.time = time
                $0.transfer.partSize = 5 << 20
                $0.transfer.window = 3
            }
        ) { store in
            store.server.inject(.delay(.seconds(600)), into: .init(.uploadPart, partNumber: 1))
            let large = pattern(27 << 20)
            let (progress, reports) = AsyncStream.makeStream(of: Int64.self)
            var options = ObjectPutOptions()
            options.progress = ObjectProgress { reports.yield($0) }
            let upload = Task { [options] in
                try await store.bucket.put(
                    "k",
                    .stream(Chunks.of(large, size: 1 << 20), length: .unknown(estimate: nil)),
                    options: options
                )
            }
            func answered() -> [String] {
                store.server.requests.filter { $0.operation == .uploadPart }.compactMap { $0.query["partNumber"] }
            }
            for await done in progress where done == 22 << 20 { break }
            #expect(answered().sorted() == ["2", "3", "4", "5", "6"])
            await time.advance(by: .seconds(600), sleepers: 1)
            let result = try await upload.value
            #expect(result.size == Int64(large.count))
            #expect(answered().last == "1")
            let isStored = try await store.server.contents(of: "k", in: "test") == large
            #expect(isStored)
        }
    }

    @Test func aSmallStreamGoesAsAWhole() async throws {
        try await withParts { store in
            let small = Array(bytes.prefix(1 << 20))
            try await store.bucket.upload("k", .stream(Chunks.of(small, size: 777), length: .unknown(estimate: nil)))
            #expect(store.server.requests.map(\.operation) == [.putObject])
            let isStored = try await store.server.contents(of: "k", in: "test") == small
            #expect(isStored)
        }
    }

    @Test func theTimeForAnUploadEndsIt() async throws {
        try await withParts(client: { $0.transfer.totalTimeout = .milliseconds(300) }) { store in
            let endless = Chunks { index in
                if index > 0 { try await Task.sleep(for: .seconds(3600)) }
                return [UInt8](repeating: 1, count: 6 << 20)
            }
            let error = try await s3Error {
                try await store.bucket.upload("k", .stream(endless, length: .unknown(estimate: nil)))
            }
            #expect(error?.code == .timedOut)
            #expect(store.server.pendingUploads(in: "test").isEmpty)
        }
    }
}
