import FoundationEssentials
import Glibc
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import S3CompatTesting
import Testing

@testable import S3Compat

@Suite struct DownloadTests {
    private let bytes = pattern(3_000_000)

    private func withObject<Result>(_ body: (Store) async throws -> Result) async throws -> Result {
        try await withStore(client: { configuration in
            configuration.transfer.downloadRangeSize = 400_000
            configuration.transfer.partSize = 400_000
            configuration.request.stallTimeout = .seconds(2)
        }) { store in
            try await store.bucket.put("k", .bytes(bytes))
            store.server.clearRequests()
            return try await body(store)
        }
    }

    @Test func goesOnWhereTheConnectionBroke() async throws {
        try await withObject { store in
            store.server.inject(.resetResponse(afterBytes: 1_000_000), into: .init(.getObject))
            store.server.inject(.truncateResponse(afterBytes: 500_000), into: .init(.getObject))
            let object = try await store.bucket.getObject("k")
            let isWhole = try await collect(object.content) == bytes
            #expect(isWhole)
            let requests = store.server.requests
            #expect(requests.count == 3)
            #expect(requests.dropFirst().allSatisfy { $0.headers["if-match"] != nil && $0.headers["range"] != nil })
        }
    }

    @Test func givesUpWhenTheConnectionBreaksAgainAndAgain() async throws {
        try await withObject { store in
            store.server.inject(.truncateResponse(afterBytes: 0), into: .init(.getObject), times: nil)
            do {
                _ = try await collect(store.bucket.get("k").content)
                Issue.record("the content must fail")
            } catch let error as ObjectStoreError {
                #expect(error.code == .unavailable)
            }
            #expect(store.server.requests.count == 5)
        }
    }

    @Test func aTrickleIsNoProgress() async throws {
        try await withObject { store in
            store.server.inject(.truncateResponse(afterBytes: 1), into: .init(.getObject), times: nil)
            let error = try await s3Error { _ = try await collect(store.bucket.getObject("k").content) }
            #expect(error?.code == .connectionLost)
            #expect(store.server.requests.count == 5)
        }
    }

    @Test func neverMixesTwoContents() async throws {
        try await withObject { store in
            store.server.inject(.resetResponse(afterBytes: 1_000_000), into: .init(.getObject))
            let object = try await store.bucket.getObject("k")
            try await store.bucket.put("k", .bytes(pattern(3_000_000, seed: 2)))
            let error = try await s3Error { _ = try await collect(object.content) }
            #expect(error?.code == .preconditionFailed)
        }
    }

    @Test func downloadsInRangesOfOneContent() async throws {
        try await withObject { store in
            try await withTemporaryDirectory { folder in
                store.server.inject(.resetResponse(afterBytes: 100_000), into: .init(.getObject), skipping: 2)
                store.server.inject(.slowDown, into: .init(.getObject), skipping: 1)
                let info = try await store.bucket.download("k", toFile: "\(folder)/file")
                #expect(info.size == Int64(bytes.count))
                let isWhole = try OpenFile("\(folder)/file").read(bytes.count + 1, at: 0) == bytes
                #expect(isWhole)
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
                #expect(store.server.requests.dropFirst().allSatisfy { $0.headers["if-match"] != nil })
                #expect(store.server.requests.count == 10)
            }
        }
    }

    @Test func aFailedDownloadLeavesTheFileAsItWas() async throws {
        try await withObject { store in
            try await withTemporaryDirectory { folder in
                try OpenFile("\(folder)/file", flags: OpenFile.writeCreate).write(Array("before".utf8), at: 0)
                store.server.inject(.error(status: 403, code: "AccessDenied"), into: .init(.getObject), skipping: 3)
                let error = try await s3Error { try await store.bucket.download("k", toFile: "\(folder)/file") }
                #expect(error?.code == .accessDenied)
                #expect(try OpenFile("\(folder)/file").read(100, at: 0) == Array("before".utf8))
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
            }
        }
    }

    @Test func whatIsNoRegularFileIsLeftAlone() async throws {
        try await withObject { store in
            try await withTemporaryDirectory { folder in
                #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
                try FileManager.default.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "pipe")
                for path in ["\(folder)/pipe", "\(folder)/link", folder] {
                    let error = try await s3Error { try await store.bucket.download("k", toFile: path) }
                    #expect(error?.code == .localFailure)
                    let isNamed = error?.message.contains("\(path) is no regular file") == true
                    #expect(isNamed, "\(error?.message ?? "no error")")
                }
                var status = stat()
                #expect(stat("\(folder)/pipe", &status) == 0)
                #expect(status.st_mode & S_IFMT == S_IFIFO)
                #expect(store.server.requests.isEmpty)
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["link", "pipe"])
            }
        }
    }

    @Test func aLinkGoesOnToLeadToItsFile() async throws {
        try await withObject { store in
            try await withTemporaryDirectory { folder in
                try FileManager.default.createDirectory(
                    atPath: "\(folder)/elsewhere",
                    withIntermediateDirectories: false
                )
                try OpenFile("\(folder)/elsewhere/file", flags: OpenFile.writeCreate).write(Array("old".utf8), at: 0)
                let link = "\(folder)/link"
                try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "elsewhere/file")
                try await store.bucket.download("k", toFile: link)
                #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "elsewhere/file")
                let isWhole = try OpenFile("\(folder)/elsewhere/file").read(bytes.count + 1, at: 0) == bytes
                #expect(isWhole)
                #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/elsewhere") == ["file"])
            }
        }
    }

    @Test func downloadsEmptyAndSmallObjects() async throws {
        try await withObject { store in
            try await withTemporaryDirectory { folder in
                for count in [0, 1, 400_000, 400_001] {
                    try await store.bucket.put("s", .bytes(Array(bytes.prefix(count))))
                    try await store.bucket.download("s", toFile: "\(folder)/file")
                    let isTheBeginning =
                        try OpenFile("\(folder)/file").read(bytes.count, at: 0) == Array(bytes.prefix(count))
                    #expect(isTheBeginning)
                }
            }
        }
    }

    @Test func readsAheadInOrder() async throws {
        try await withObject { store in
            store.server.inject(.resetResponse(afterBytes: 50_000), into: .init(.getObject), skipping: 3)
            let object = try await store.bucket.getObjectInParallel("k")
            #expect(object.range == 0..<Int64(bytes.count))
            let isWhole = try await collect(object.content) == bytes
            #expect(isWhole)
            var options = S3GetOptions()
            options.range = 300_001..<2_500_003
            let middle = try await store.bucket.getObjectInParallel("k", options: options)
            let isTheMiddle = try await collect(middle.content) == Array(bytes[300_001..<2_500_003])
            #expect(isTheMiddle)
            try await store.bucket.put("empty", .bytes([]))
            #expect(try await collect(store.bucket.getObjectInParallel("empty").content).isEmpty)
        }
    }

    @Test func readingAheadFailsWithTheFirstError() async throws {
        try await withObject { store in
            store.server.inject(.error(status: 403, code: "AccessDenied"), into: .init(.getObject), skipping: 4)
            let error = try await s3Error { _ = try await collect(store.bucket.getObjectInParallel("k").content) }
            #expect(error?.code == .accessDenied)
        }
    }
}
