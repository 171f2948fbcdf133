import GroundworkCore
import GroundworkHTTP
import GroundworkStorage
import GroundworkTesting
import S3CompatTesting

@testable import S3Compat

/// A loopback store and a bucket in it.
struct Store {
    var server: LoopbackS3Server
    var bucket: S3Bucket

    var client: S3Client { bucket.client }
}

/// Starts a loopback server with the bucket `test`, and stops it in the end.
func withStore<Result>(
    server configure: (inout LoopbackS3Server.Configuration) -> Void = { _ in },
    provider change: (inout S3Provider) -> Void = { _ in },
    client adjust: (inout S3Client.Configuration) -> Void = { _ in },
    _ body: (Store) async throws -> Result
) async throws -> Result {
    var settings = LoopbackS3Server.Configuration()
    settings.buckets = ["test"]
    configure(&settings)
    let server = try await LoopbackS3Server.start(settings)
    do {
        var provider = try S3Provider.custom(endpoint: server.endpoint)
        change(&provider)
        var configuration = S3Client.Configuration(provider: provider, credentials: .fixed(server.credentials))
        configuration.retry.baseDelay = .milliseconds(1)
        configuration.retry.maximumDelay = .milliseconds(5)
        adjust(&configuration)
        let bucket = try S3Client(configuration).bucket("test")
        let result = try await body(Store(server: server, bucket: bucket))
        await server.stop()
        return result
    } catch {
        await server.stop()
        throw error
    }
}

/// Bytes of which no two blocks of 4,099 are equal.
func pattern(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    let random = ManualRandom(seed: seed)
    let block = random.bytes(4099)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + block.count)
    var index: UInt64 = 0
    while bytes.count < count {
        bytes += block
        for place in 0..<8 { bytes[bytes.count - 1 - place] = UInt8(truncatingIfNeeded: index >> (8 * UInt64(place))) }
        index += 1
    }
    return Array(bytes.prefix(count))
}

/// Chunks from a closure that is asked once for each index.
struct Chunks: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error
    let chunk: @Sendable (Int) async throws -> [UInt8]?

    struct Iterator: AsyncIteratorProtocol {
        let chunk: @Sendable (Int) async throws -> [UInt8]?
        var index = 0

        mutating func next() async throws -> [UInt8]? {
            defer { index += 1 }
            return try await chunk(index)
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(chunk: chunk) }

    /// Pieces of `bytes`.
    static func of(_ bytes: [UInt8], size: Int) -> Chunks {
        Chunks { index in
            let start = index * size
            return start < bytes.count ? Array(bytes[start..<Swift.min(bytes.count, start + size)]) : nil
        }
    }
}

func collect(_ content: ObjectContent) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    for try await chunk in content { bytes += chunk }
    return bytes
}

/// The error that `body` throws, if it is one of S3's.
func s3Error(_ body: () async throws -> Void) async throws -> S3Error? {
    do {
        try await body()
        return nil
    } catch let error as S3Error {
        return error
    }
}
