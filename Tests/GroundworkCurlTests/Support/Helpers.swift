import GroundworkCore
import GroundworkCurl
import GroundworkHTTP
import GroundworkTesting

func request(
    _ method: HTTPRequest.Method = .get,
    _ authority: String,
    _ path: String = "/",
    scheme: String = "http",
    fields: HTTPFields = [:]
) -> HTTPRequest {
    HTTPRequest(method: method, scheme: scheme, authority: authority, path: path, headerFields: fields)
}

/// A transport for one test, shut down at its end.
func withTransport<Result>(
    _ change: (inout CurlHTTPTransport.Configuration) -> Void = { _ in },
    _ body: (CurlHTTPTransport) async throws -> Result
) async throws -> Result {
    var configuration = CurlHTTPTransport.Configuration()
    configuration.proxy = .none
    change(&configuration)
    let transport = CurlHTTPTransport(configuration: configuration)
    do {
        let result = try await body(transport)
        await transport.shutdown()
        return result
    } catch {
        await transport.shutdown()
        throw error
    }
}

/// A server for one test, stopped at its end.
func withServer<Result>(
    _ handle: @escaping @Sendable (RawConnection) -> Void,
    _ body: (RawServer) async throws -> Result
) async throws -> Result {
    let server = try RawServer(handle)
    defer { server.stop() }
    return try await body(server)
}

/// The transport's error that an operation ends with; nil if it ends otherwise.
func transportError(_ operation: () async throws -> Void) async -> HTTPTransportError? {
    do {
        try await operation()
        return nil
    } catch {
        return error as? HTTPTransportError
    }
}

/// Waits until a condition holds, for at most ten seconds.
func eventually(_ condition: () -> Bool) async -> Bool {
    let end = ContinuousClock.now.advanced(by: .seconds(10))
    while ContinuousClock.now < end {
        if condition() { return true }
        try? await Task.sleep(for: .milliseconds(2))
    }
    return condition()
}

/// A number that grew and then did not for a tenth of a second; waits for that for at most ten seconds.
func steady(_ number: () -> Int) async -> Int {
    let end = ContinuousClock.now.advanced(by: .seconds(10))
    var last = 0
    while ContinuousClock.now < end {
        let now = number()
        if now == last, now > 0 { return now }
        last = now
        try? await Task.sleep(for: .milliseconds(100))
    }
    return Int.max
}

/// Chunks that a test makes by hand.
struct Chunks: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error
    let make: @Sendable () -> (@Sendable (Int) async throws -> [UInt8]?)

    /// A sequence of given chunks.
    init(_ chunks: [[UInt8]]) { self.init { index in index < chunks.count ? chunks[index] : nil } }

    /// A sequence whose chunk at each index comes from a closure.
    init(_ next: @escaping @Sendable (Int) async throws -> [UInt8]?) { make = { next } }

    struct Iterator: AsyncIteratorProtocol {
        let chunk: @Sendable (Int) async throws -> [UInt8]?
        var index = 0
        mutating func next() async throws -> [UInt8]? {
            defer { index += 1 }
            return try await chunk(index)
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(chunk: make()) }
}
