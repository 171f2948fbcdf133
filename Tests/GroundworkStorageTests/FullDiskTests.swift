import FoundationEssentials
import GroundworkTestProcesses
import GroundworkTesting
import Testing

@testable import GroundworkStorage

/// What a store in a directory does when the disk is full.
@Suite struct FullDiskTests {
    private func code(_ work: () async throws -> Void) async -> ObjectStoreError.Code? {
        do {
            try await work()
            return nil
        } catch {
            return (error as? ObjectStoreError)?.code
        }
    }

    @Test func aFullDiskIsNoSpaceAndLeavesNothing() async throws {
        try await withTemporaryDirectory { directory in
            try await SmallDisk.run("size=2m,nr_inodes=200", on: directory) { path in
                let store = try DirectoryObjectStore(path: path)
                try await store.put("kept", .bytes([UInt8](repeating: 1, count: 500_000)))
                let big = [UInt8](repeating: 2, count: 3 << 20)
                #expect(await code { try await store.put("big", .bytes(big)) } == .noSpace)
                let chunks = AsyncThrowingStream<[UInt8], any Error> { continuation in
                    for _ in 0..<30 { continuation.yield([UInt8](repeating: 3, count: 100_000)) }
                    continuation.finish()
                }
                #expect(
                    await code { try await store.put("kept", .stream(chunks, length: .unknown(estimate: nil))) }
                        == .noSpace
                )
                let isKept = try await store.read("kept") == [UInt8](repeating: 1, count: 500_000)
                #expect(isKept)
                #expect(try FileManager.default.contentsOfDirectory(atPath: path).sorted() == [".groundwork", "kept"])
                let uploads = "\(path)/.groundwork/uploads"
                #expect(try FileManager.default.contentsOfDirectory(atPath: uploads) == [])
                // No inodes left is no space either.
                var failure: ObjectStoreError.Code?
                for number in 0..<300 where failure == nil {
                    failure = await code { try await store.put("many/\(number)", .bytes([])) }
                }
                #expect(failure == .noSpace)
                #expect(try FileManager.default.contentsOfDirectory(atPath: uploads) == [])
            }
            // It was mounted for the test alone.
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == [])
        }
    }
}
