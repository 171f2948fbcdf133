import FoundationEssentials
import GroundworkCrypto
import GroundworkHTTP
import GroundworkTesting
import Testing

@Suite struct HTTPSinkTests {
    @Test func theDefaultAcceptsSuccessOnly() throws {
        let sink = HTTPMemorySink(limit: 1)
        for (code, isAccepted) in [(200, true), (206, true), (299, true), (304, false), (404, false), (500, false)] {
            #expect(try sink.accept(HTTPResponse(status: .init(code: code))) == isAccepted)
        }
    }

    @Test func aMemorySinkKeepsToItsLimit() throws {
        let sink = HTTPMemorySink(limit: 3)
        try sink.write(([1, 2] as [UInt8]).span.bytes)
        let error = #expect(throws: HTTPTransportError.self) { try sink.write(([3, 4] as [UInt8]).span.bytes) }
        #expect(error?.code == .responseTooLarge)
        try sink.write(([3] as [UInt8]).span.bytes)
        #expect(sink.bytes == [1, 2, 3])
    }

    @Test func aFileSinkWritesFromItsOffsetAndKeepsTheRest() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/file"
            try Data([9, 9, 9, 9, 9, 9]).write(to: URL(filePath: path))
            let sink = try HTTPFileSink(path: path, offset: 1, limit: 3)
            try sink.write(([1, 2] as [UInt8]).span.bytes)
            let error = #expect(throws: HTTPTransportError.self) { try sink.write(([3, 4] as [UInt8]).span.bytes) }
            #expect(error?.code == .responseTooLarge)
            #expect(error?.message.contains(path) == true)
            #expect(sink.bytesWritten == 2)
            #expect(try Array(Data(contentsOf: URL(filePath: path))) == [9, 1, 2, 9, 9, 9])
        }
    }

    @Test func theDefaultLoopFeedsASink() async throws {
        let transport = ScriptedHTTPTransport([
            .respond(.ok, body: [1, 2, 3]), .respond(.notFound, body: [4]), .respond(.notFound, body: [4, 5]),
        ])
        let request = HTTPRequest(method: .get, scheme: "http", authority: "h", path: "/")
        let sink = HTTPMemorySink(limit: 10)
        let taken = try await transport.send(request, body: nil, options: .init(), into: sink)
        #expect(taken.bytesWritten == 3 && taken.refusedBody == nil && sink.bytes == [1, 2, 3])
        let refused = try await transport.send(request, body: nil, options: .init(), into: sink)
        #expect(refused.bytesWritten == 0 && refused.refusedBody == [4] && sink.bytes == [1, 2, 3])
        var options = HTTPRequestOptions()
        options.maximumCollectedBytes = 1
        await #expect(throws: HTTPTransportError.self) {
            try await transport.send(request, body: nil, options: options, into: sink)
        }
        try transport.verify()
    }

    /// The module's own hash behind the sink's protocol.
    private struct SHA256Hash: HTTPIncrementalHash {
        private let digest: Digest
        init() throws { digest = try Digest(.sha256) }
        func update(_ bytes: RawSpan) { digest.update(bytes) }
        func finalize() throws -> [UInt8] { try digest.finalize() }
    }

    @Test func aHashingSinkHashesWhatItHandsOn() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/file"
            let body = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
            let transport = ScriptedHTTPTransport([.respond(.ok, body: body)])
            let sink = HTTPHashingSink(into: try HTTPFileSink(path: path)) { try SHA256Hash() }
            #expect(sink.digest == nil)
            let request = HTTPRequest(method: .get, scheme: "http", authority: "h", path: "/")
            let response = try await transport.send(request, body: nil, options: .init(), into: sink)
            #expect(response.bytesWritten == Int64(body.count))
            #expect(try Array(Data(contentsOf: URL(filePath: path))) == body)
            #expect(sink.digest == (try Digest.hash(.sha256, body)))
        }
    }

    @Test func aHashingSinkBeginsAnewWithEachAcceptedBody() async throws {
        let transport = ScriptedHTTPTransport([
            .respond(.ok, body: [9]), .respond(.ok, body: Array("abc".utf8)), .respond(.notFound, body: [4]),
        ])
        let request = HTTPRequest(method: .get, scheme: "http", authority: "h", path: "/")
        let sink = HTTPHashingSink { try SHA256Hash() }
        for _ in 0..<2 { _ = try await transport.send(request, body: nil, options: .init(), into: sink) }
        // FIPS 180-4's example.
        #expect(
            sink.digest?.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        )
        let refused = try await transport.send(request, body: nil, options: .init(), into: sink)
        #expect(refused.refusedBody == [4])
        #expect(sink.digest == nil)
    }

    @Test func aHashingSinkPassesOnWhatTheNextSinkThrows() throws {
        let sink = HTTPHashingSink(into: HTTPMemorySink(limit: 1)) { try SHA256Hash() }
        #expect(try sink.accept(HTTPResponse(status: .ok)))
        #expect(throws: HTTPTransportError.self) { try sink.write(([1, 2] as [UInt8]).span.bytes) }
        #expect(sink.digest == nil)
    }
}
