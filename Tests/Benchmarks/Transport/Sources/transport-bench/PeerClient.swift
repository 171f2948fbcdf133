#if canImport(AsyncHTTPClient)
import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix
import NIOSSL

/// async-http-client, used as its documentation says, on one event loop thread.
struct PeerClient: BenchmarkClient {
    private let client: HTTPClient

    init(authority: String?) throws {
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        if let authority {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(authority)
            configuration.tlsConfiguration = tls
        }
        client = HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup(numberOfThreads: 1)),
            configuration: configuration
        )
    }

    private func execute(_ request: HTTPClientRequest) async throws -> HTTPClientResponse {
        let response = try await client.execute(request, timeout: .seconds(120))
        guard (200..<300).contains(Int(response.status.code)) else { throw UnexpectedAnswer() }
        return response
    }

    func getFile(_ url: String, _ path: String) async throws {
        let file = open(path, O_WRONLY | O_CREAT, 0o600)
        defer { close(file) }
        for try await buffer in try await execute(HTTPClientRequest(url: url)).body {
            try buffer.withUnsafeReadableBytes { bytes in
                var done = 0
                while done < bytes.count {
                    let count = write(file, bytes.baseAddress.map { $0 + done }, bytes.count - done)
                    guard count > 0 else { throw UnexpectedAnswer() }
                    done += count
                }
            }
        }
    }

    func getStream(_ url: String) async throws {
        var total = 0
        for try await buffer in try await execute(HTTPClientRequest(url: url)).body { total += buffer.readableBytes }
        guard total > 0 else { throw UnexpectedAnswer() }
    }

    func putFile(_ url: String, _ path: String) async throws {
        var request = HTTPClientRequest(url: url)
        request.method = .PUT
        let file = open(path, O_RDONLY)
        defer { close(file) }
        let length = Int64(lseek(file, 0, SEEK_END))
        request.body = .stream(FileBuffers(file: file, length: length), length: .known(length))
        for try await _ in try await execute(request).body {}
    }

    func putStream(_ url: String, _ count: Int64) async throws {
        var request = HTTPClientRequest(url: url)
        request.method = .PUT
        request.body = .stream(Buffers(count: count), length: .known(count))
        for try await _ in try await execute(request).body {}
    }

    func getSmall(_ url: String) async throws {
        let body = try await execute(HTTPClientRequest(url: url)).body.collect(upTo: 8 << 20)
        guard body.readableBytes == 4096 else { throw UnexpectedAnswer() }
    }

    func end() async throws { try await client.shutdown() }
}

/// The same 256 KiB again and again.
struct Buffers: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    let count: Int64

    struct Iterator: AsyncIteratorProtocol {
        var rest: Int64
        let buffer = ByteBuffer(repeating: 0x5A, count: 256 << 10)

        mutating func next() async throws -> ByteBuffer? {
            guard rest > 0 else { return nil }
            let size = Swift.min(rest, Int64(buffer.readableBytes))
            rest -= size
            return buffer.getSlice(at: 0, length: Int(size))
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(rest: count) }
}

/// A file in buffers of 256 KiB.
struct FileBuffers: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    let file: Int32
    let length: Int64

    struct Iterator: AsyncIteratorProtocol {
        let file: Int32
        let length: Int64
        var offset: Int64 = 0

        mutating func next() async throws -> ByteBuffer? {
            guard offset < length else { return nil }
            var buffer = ByteBufferAllocator().buffer(capacity: 256 << 10)
            let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 256 << 10) {
                Swift.max(0, pread(file, $0.baseAddress, Swift.min(256 << 10, $0.count), off_t(offset)))
            }
            guard count > 0 else { return nil }
            offset += Int64(count)
            return buffer
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(file: file, length: length) }
}
#endif
