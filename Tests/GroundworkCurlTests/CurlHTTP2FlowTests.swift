import GroundworkCurl
import GroundworkHTTP
import Testing

/// Back-pressure where all requests share one connection.
@Suite struct CurlHTTP2FlowTests {
    private static func open(
        _ transport: CurlHTTPTransport,
        _ nginx: Nginx,
        _ path: String
    ) async throws -> HTTPStreamedResponse {
        try await transport.send(
            request(.get, "localhost:\(nginx.port)", path, scheme: "https"),
            body: nil,
            options: .init()
        )
    }

    /// What the server has sent and the reader has not taken lies in the transport or in the kernel's buffers for the
    /// connection: so this bounds the transport's memory, whatever else the process of the tests holds.
    @Test func aSlowReaderStopsTheServer() async throws {
        try await Nginx.run { nginx in
            try await withTransport({ $0.trust = .pem(nginx.certificate) }) { transport in
                _ = try await transport.collect(request(.get, "localhost:\(nginx.port)", "/echo", scheme: "https"))
                let before = nginx.bytesWritten
                let response = try await Self.open(transport, nginx, "/huge")
                #expect(response.head.headerFields[try #require(HTTPField.Name("Spoken"))] == "HTTP/2.0")
                let sent = await steady { nginx.bytesWritten - before }
                #expect(sent > 1 << 20)
                #expect(sent < 16 << 20)
                var total = 0
                for try await chunk in response.body { total += chunk.count }
                #expect(total == 512 << 20)
            }
        }
    }

    @Test func aReaderThatStandsStillHoldsUpNobodyElse() async throws {
        try await Nginx.run { nginx in
            try await withTransport({ $0.trust = .pem(nginx.certificate) }) { transport in
                let slow = try await Self.open(transport, nginx, "/huge")
                let before = nginx.bytesWritten
                _ = await steady { nginx.bytesWritten - before + 1 }
                for _ in 0..<3 {
                    let (head, body) = try await transport.collect(
                        request(.get, "localhost:\(nginx.port)", "/large", scheme: "https")
                    )
                    #expect(head.status == .ok)
                    #expect(body.count == 4 << 20)
                }
                var iterator = slow.body.makeAsyncIterator()
                #expect(try await iterator.next() != nil)
            }
        }
    }
}
