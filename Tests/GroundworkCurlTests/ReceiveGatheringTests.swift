import GroundworkCore
import GroundworkHTTP
import GroundworkTesting
import Testing

@testable import GroundworkCurl

@Suite struct ReceiveGatheringTests {
    private static let mark = Int(ReceiveGathering.mark)
    private static let much: Int64 = 1 << 30

    @Test func aRunOfBytesSetsTheMark() {
        var gathering = ReceiveGathering()
        for _ in 0..<63 { #expect(gathering.received(16 << 10, left: Self.much) == nil) }
        #expect(gathering.received(16 << 10, left: Self.much) == ReceiveGathering.mark)
        #expect(gathering.isGathering)
        #expect(gathering.received(16 << 10, left: Self.much) == nil)
    }

    @Test func theMarkGoesBeforeTheRestIsSmallerThanIt() {
        var gathering = ReceiveGathering()
        _ = gathering.received(1 << 20, left: Self.much)
        #expect(gathering.received(1, left: Int64(2 * Self.mark)) == nil)
        #expect(gathering.received(1, left: Int64(2 * Self.mark) - 1) == 1)
        #expect(!gathering.isGathering)
        #expect(gathering.received(1 << 20, left: Int64(Self.mark)) == nil)
    }

    @Test func aPauseTakesTheMarkBackAndAsksForANewRun() {
        var gathering = ReceiveGathering()
        #expect(gathering.looked() == nil)
        _ = gathering.received(1 << 20, left: Self.much)
        #expect(gathering.looked() == nil)
        _ = gathering.received(1, left: Self.much)
        #expect(gathering.looked() == nil)
        #expect(gathering.looked() == 1)
        #expect(!gathering.isGathering)
        #expect(gathering.looked() == nil)
        #expect(gathering.received(1 << 19, left: Self.much) == nil)
        #expect(gathering.received(1 << 19, left: Self.much) == ReceiveGathering.mark)
    }

    /// After a run the server sends a few bytes and waits until they were read: they must not wait for company.
    @Test(arguments: [false, true])
    func bytesBelowTheMarkAreDelivered(_ intoSink: Bool) async throws {
        let sizes = (0..<12).flatMap { _ in [4 << 20, 1000, 1] }
        let read = Locked(0)
        var configuration = LoopbackHTTPServer.Configuration()
        configuration.tls = .throwAway()
        let server = try await LoopbackHTTPServer.start(configuration) { _ in
            let chunks = Chunks { index in
                let sent = sizes.prefix(index).reduce(0, +)
                guard index < sizes.count, await eventually({ read.withLock { $0 } == sent }) else { return nil }
                return [UInt8](repeating: 7, count: sizes[index])
            }
            return LoopbackResponse(status: .ok, body: .stream(length: Int64(sizes.reduce(0, +)), chunks))
        }
        try await withTransport({ $0.trust = .pem(server.certificateAuthorityPEM ?? "") }) { transport in
            let request = request(.get, "localhost:\(server.port)", scheme: "https")
            if intoSink {
                let sink = HTTPClosureSink { bytes in read.withLock { $0 += bytes.byteCount } }
                _ = try await transport.send(request, body: nil, options: .init(), into: sink)
            } else {
                let response = try await transport.send(request, body: nil, options: .init())
                for try await chunk in response.body { read.withLock { $0 += chunk.count } }
            }
        }
        await server.stop()
        #expect(read.withLock { $0 } == sizes.reduce(0, +))
    }

    /// A reader that falls behind while the kernel gathers, over TLS: nothing is lost, and nothing waits for ever.
    @Test func aReaderThatPausesGetsEverything() async throws {
        try await Nginx.run { nginx in
            try await withTransport({
                $0.trust = .pem(nginx.certificate)
                $0.allowsHTTP2 = false
            }) { transport in
                let localhost = "localhost:\(nginx.port)"
                for _ in 0..<2 {
                    let response = try await transport.send(
                        request(.get, localhost, "/huge", scheme: "https"),
                        body: nil,
                        options: .init()
                    )
                    var count = 0
                    var chunks = 0
                    for try await chunk in response.body {
                        count += chunk.count
                        chunks += 1
                        // Until the server can send no more.
                        if chunks % 700 == 0 { _ = await steady { nginx.bytesWritten } }
                    }
                    #expect(count == 512 << 20)
                    // The connection is used again, by a response far below the mark.
                    let (head, _) = try await transport.collect(request(.get, localhost, "/echo", scheme: "https"))
                    #expect(head.status == .ok)
                }
            }
        }
    }
}
