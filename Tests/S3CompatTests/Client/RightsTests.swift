import GroundworkCore
import GroundworkStorage
@testable import S3Compat
import S3CompatTesting
import Testing

/// Keys that may not do everything: what is missing is named, and what is possible goes on.
@Suite struct RightsTests {
    private func deny(_ store: Store, _ operation: LoopbackS3Operation, skipping: Int = 0, times: Int? = 1) {
        store.server.inject(
            .error(status: 403, code: "AccessDenied", message: "Access Denied"),
            into: LoopbackS3FaultFilter(operation),
            times: times,
            skipping: skipping
        )
    }

    @Test func aProbeThatIsDeniedLeavesTheAnswerUnknownAndIsTriedAgain() async throws {
        try await withStore { store in
            deny(store, .putObject)
            let denied = try await store.bucket.capabilities()
            #expect(denied.conditionalPut == .unknown)
            #expect(store.server.keys(in: "test") == [])
            // The right was given.
            let allowed = try await store.bucket.capabilities()
            #expect(allowed.conditionalPut == .enforced)
            #expect(store.server.keys(in: "test") == [])
        }
    }

    @Test func aProbeThatMayNotReplaceIsTakenAway() async throws {
        try await withStore { store in
            deny(store, .putObject, skipping: 1)
            let capabilities = try await store.bucket.capabilities()
            #expect(capabilities.conditionalPut == .unknown)
            #expect(store.server.keys(in: "test") == [])
        }
    }

    @Test func aConditionThatCannotBeProvedIsNoReasonToOverwrite() async throws {
        try await withStore { store in
            try await store.bucket.put("folder/k", .text("first"))
            deny(store, .putObject)
            var options = ObjectPutOptions()
            options.condition = .ifAbsent
            do {
                try await store.bucket.put("folder/k", .text("second"), options: options)
                Issue.record("it was stored")
            } catch let error as ObjectStoreError {
                #expect(error.code == .accessDenied)
                #expect(error.message.contains(".groundwork-probe/") && error.message.contains("probePrefix"))
            }
            #expect(try await store.server.contents(of: "folder/k", in: "test") == Array("first".utf8))
        }
    }

    @Test func aProbeStaysInTheFolderThatTheKeyHasRightsIn() async throws {
        try await withStore { store in
            var bucket = store.bucket
            bucket.probePrefix = "folder/"
            let capabilities = try await bucket.capabilities()
            #expect(capabilities.conditionalPut == .enforced)
            let keys = store.server.requests.compactMap(\.key)
            #expect(!keys.isEmpty)
            #expect(keys.allSatisfy { $0.hasPrefix("folder/.groundwork-probe/") })
        }
    }

    @Test func aWrongSecretIsStillAnErrorOfTheProbe() async throws {
        try await withStore(client: {
            $0.credentials = S3StaticCredentials.fixed(
                accessKeyID: LoopbackS3Server.Configuration().accessKeyID,
                secretAccessKey: Secret("not-the-secret")
            )
        }) { store in
            let error = await #expect(throws: ObjectStoreError.self) { _ = try await store.bucket.capabilities() }
            #expect(error?.message.contains("secret access key") == true)
        }
    }

    @Test func aRefusalNamesTheRightThatIsMissing() async throws {
        try await withStore { store in
            let bucket = store.bucket
            typealias Deed = (LoopbackS3Operation, String, () async throws -> Void)
            let deeds: [Deed] = [
                (.headObject, "s3:GetObject", { _ = try await bucket.headObject("k") }),
                (.headObject, "s3:ListBucket", { _ = try await bucket.headObject("k") }),
                (.getObject, "s3:GetObject", { _ = try await bucket.getObject("k") }),
                (.putObject, "s3:PutObject", { _ = try await bucket.upload("k", .text("x")) }),
                (.deleteObject, "s3:DeleteObject", { try await bucket.deleteObject("k") }),
                (
                    .listObjectsV2, "s3:ListBucket",
                    { _ = try await bucket.listObjects(ObjectListOptions(), continuationToken: nil) }
                ),
                (
                    .createMultipartUpload, "s3:PutObject",
                    { _ = try await bucket.createMultipartUpload("k") }
                ),
                (
                    .listMultipartUploads, "s3:ListBucketMultipartUploads",
                    { _ = try await bucket.listMultipartUploads(prefix: "") }
                ),
                (
                    .abortMultipartUpload, "s3:AbortMultipartUpload",
                    { try await bucket.abortMultipartUpload(S3MultipartUpload(key: "k", uploadID: "u")) }
                ),
            ]
            for (operation, right, deed) in deeds {
                deny(store, operation)
                let error = try await s3Error(deed)
                #expect(error?.code == .accessDenied)
                let message = error?.message ?? ""
                #expect(["right \(right)", "and \(right)"].contains { message.contains($0) }, "\(message)")
                store.server.clearFaults()
            }
        }
    }
}
