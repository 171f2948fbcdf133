import GroundworkCurl
import GroundworkHTTP

struct OurClient: BenchmarkClient {
    private let transport: CurlHTTPTransport
    private let options: HTTPRequestOptions

    init(authority: String?) {
        var configuration = CurlHTTPTransport.Configuration()
        if let authority { configuration.trust = .file(authority) }
        transport = CurlHTTPTransport(configuration: configuration)
        var options = HTTPRequestOptions()
        options.version = .http1
        self.options = options
    }

    private func request(_ method: HTTPRequest.Method, _ url: String) -> HTTPRequest {
        let parts = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true)
        let path = parts.count > 2 ? "/" + parts[2] : "/"
        return HTTPRequest(
            method: method,
            scheme: String(parts[0].dropLast()),
            authority: String(parts[1]),
            path: path
        )
    }

    func getFile(_ url: String, _ path: String) async throws {
        let sink = try HTTPFileSink(path: path)
        let response = try await transport.send(request(.get, url), body: nil, options: options, into: sink)
        guard response.refusedBody == nil else { throw UnexpectedAnswer() }
    }

    func getStream(_ url: String) async throws {
        let response = try await transport.send(request(.get, url), body: nil, options: options)
        guard response.head.status == .ok else { throw UnexpectedAnswer() }
        var total = 0
        for try await chunk in response.body { total += chunk.count }
        guard total > 0 else { throw UnexpectedAnswer() }
    }

    func putFile(_ url: String, _ path: String) async throws {
        let (head, _) = try await transport.collect(request(.put, url), body: try .file(path), options: options)
        guard head.status.kind == .successful else { throw UnexpectedAnswer() }
    }

    func putStream(_ url: String, _ count: Int64) async throws {
        let body = HTTPBody.stream(length: count, Chunks(count: count))
        let (head, _) = try await transport.collect(request(.put, url), body: body, options: options)
        guard head.status.kind == .successful else { throw UnexpectedAnswer() }
    }

    func getSmall(_ url: String) async throws {
        let (head, body) = try await transport.collect(request(.get, url), options: options)
        guard head.status == .ok, body.count == 4096 else { throw UnexpectedAnswer() }
    }

    func end() async throws { await transport.shutdown() }
}

/// The same 256 KiB again and again.
struct Chunks: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error
    let count: Int64

    struct Iterator: AsyncIteratorProtocol {
        var rest: Int64
        let chunk = [UInt8](repeating: 0x5A, count: 256 << 10)

        mutating func next() async throws -> [UInt8]? {
            guard rest > 0 else { return nil }
            let size = Swift.min(rest, Int64(chunk.count))
            rest -= size
            return size == chunk.count ? chunk : Array(chunk[..<Int(size)])
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(rest: count) }
}
