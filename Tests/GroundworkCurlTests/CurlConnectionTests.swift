import GroundworkCore
import GroundworkCurl
import GroundworkHTTP
import Testing

@Suite struct CurlConnectionTests {
    @Test func aThousandRequestsInARowUseOneConnection() async throws {
        try await withServer({ connection in
            while let head = connection.readHead() {
                if head.hasPrefix("PUT") { _ = connection.readBody(5) }
                connection.answer("ok")
            }
        }) { server in
            try await withTransport { transport in
                for index in 0..<1000 {
                    let body: HTTPBody? = index.isMultiple(of: 2) ? nil : .text("12345")
                    let method = body == nil ? HTTPRequest.Method.get : .put
                    let (head, answer) = try await transport.collect(request(method, server.authority), body: body)
                    #expect(head.status == .ok && answer.count == 2)
                }
                #expect(server.connections == 1)
            }
        }
    }

    @Test func parallelRequestsKeepToTheLimit() async throws {
        let present = Locked((now: 0, most: 0))
        try await withServer({ connection in
            while connection.readHead() != nil {
                present.withLock {
                    $0.now += 1
                    $0.most = max($0.most, $0.now)
                }
                connection.answer("ok")
                present.withLock { $0.now -= 1 }
            }
        }) { server in
            try await withTransport({ $0.maximumConnectionsPerHost = 4 }) { transport in
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<64 {
                        group.addTask {
                            var total = 0
                            for _ in 0..<10 {
                                total += try await transport.collect(request(.get, server.authority)).body.count
                            }
                            return total
                        }
                    }
                    let total = try await group.reduce(0, +)
                    #expect(total == 64 * 10 * 2)
                }
                #expect(server.connections == 4)
                #expect(present.withLock { $0.most } <= 4)
            }
        }
    }

    @Test func requestsToADeadPortDoNotDisturbOthers() async throws {
        try await withServer({ while $0.readHead() != nil { $0.answer("ok") } }) { server in
            try await withTransport { transport in
                await withTaskGroup(of: Bool.self) { group in
                    for index in 0..<64 {
                        group.addTask {
                            let authority = index.isMultiple(of: 2) ? server.authority : "127.0.0.1:1"
                            return (try? await transport.collect(request(.get, authority))) != nil
                        }
                    }
                    let answered = await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                    #expect(answered == 32)
                }
            }
        }
    }

    @Test func theSharedTransportWorks() async throws {
        try await withServer({ while $0.readHead() != nil { $0.answer("ok") } }) { server in
            let (head, _) = try await CurlHTTPTransport.shared.collect(request(.get, server.authority))
            #expect(head.status == .ok)
        }
    }
}
