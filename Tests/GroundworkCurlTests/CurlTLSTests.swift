import GroundworkCore
import GroundworkCurl
import GroundworkHTTP
import GroundworkTestProcesses
import Testing

@Suite struct CurlTLSTests {
    private static func get(
        _ transport: CurlHTTPTransport,
        _ authority: String,
        _ path: String = "/echo",
        version: HTTPRequestOptions.Version = .automatic
    ) async throws -> HTTPResponse {
        var options = HTTPRequestOptions()
        options.version = version
        return try await transport.collect(request(.get, authority, path, scheme: "https"), options: options).head
    }

    @Test func onlyTrustedCertificatesOfTheRightHostAreAccepted() async throws {
        try await Nginx.run { nginx in
            let localhost = "localhost:\(nginx.port)"
            let refused = try await withTransport { transport in
                await transportError { _ = try await Self.get(transport, localhost, "/echo?secret") }
            }
            #expect(refused?.code == .tlsFailed)
            #expect(refused?.sent == .nothing)
            #expect(refused?.isRetryable == false)
            #expect(refused?.description.contains("trust") == true)
            #expect(refused?.description.contains("secret") == false)

            for trust in [CurlHTTPTransport.Trust.pem(nginx.certificate), .file(nginx.certificatePath)] {
                try await withTransport({ $0.trust = trust }) { transport in
                    let answer1 = try await Self.get(transport, localhost)
                    #expect(answer1.status == .ok)
                    // The certificate names the host, not its address.
                    let wrongHost = await transportError {
                        _ = try await Self.get(transport, "127.0.0.1:\(nginx.port)")
                    }
                    #expect(wrongHost?.code == .tlsFailed)
                }
            }
            let missing = try await withTransport({ $0.trust = .file("/nowhere.pem") }) { transport in
                await transportError { _ = try await Self.get(transport, localhost) }
            }
            #expect(missing?.code == .tlsFailed)
            #expect(missing?.description.contains("/nowhere.pem") == true)
        }
    }

    @Test func aServerWithoutTLSIsAnError() async throws {
        try await withServer({ connection in
            _ = connection.readBody(1)
            connection.write("HTTP/1.1 400 Bad Request\r\n\r\n")
        }) { server in
            try await withTransport { transport in
                let error = await transportError { _ = try await Self.get(transport, server.authority) }
                #expect(error?.code == .tlsFailed)
            }
        }
    }

    @Test func versionsAreSpokenAsAsked() async throws {
        try await Nginx.run { nginx in
            let localhost = "localhost:\(nginx.port)"
            let spoken = try #require(HTTPField.Name("Spoken"))
            try await withTransport({ $0.trust = .pem(nginx.certificate) }) { transport in
                // The second request would find the first one's connection.
                let answer2 = try await Self.get(transport, localhost)
                #expect(answer2.headerFields[spoken] == "HTTP/2.0")
                let answer3 = try await Self.get(transport, localhost, version: .http1)
                #expect(answer3.headerFields[spoken] == "HTTP/1.1")
                let answer4 = try await Self.get(transport, localhost)
                #expect(answer4.headerFields[spoken] == "HTTP/2.0")
            }
            try await withTransport({
                $0.trust = .pem(nginx.certificate)
                $0.allowsHTTP2 = false
                $0.minimumTLSVersion = .v1_3
            }) { transport in
                let answer5 = try await Self.get(transport, localhost)
                #expect(answer5.headerFields[spoken] == "HTTP/1.1")
            }
        }
    }

    @Test func parallelRequestsShareOneHTTP2Connection() async throws {
        try await Nginx.run { nginx in
            let number = try #require(HTTPField.Name("Connection-Number"))
            try await withTransport({ $0.trust = .pem(nginx.certificate) }) { transport in
                let connections = try await withThrowingTaskGroup(of: String?.self) { group in
                    for index in 0..<64 {
                        group.addTask {
                            try await Self.get(transport, "localhost:\(nginx.port)", "/echo/\(index)").headerFields[
                                number
                            ]
                        }
                    }
                    return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
                }
                #expect(connections.count == 1)
            }
        }
    }

    @Test func bodiesStreamOverHTTP2() async throws {
        try await Nginx.run { nginx in
            try await withTransport({ $0.trust = .pem(nginx.certificate) }) { transport in
                let localhost = "localhost:\(nginx.port)"
                let (_, large) = try await transport.collect(request(.get, localhost, "/large", scheme: "https"))
                #expect(large.count == 4 << 20)
                let response = try await transport.send(
                    request(.get, localhost, "/large", scheme: "https"),
                    body: nil,
                    options: .init()
                )
                // Dropped half read; the connection serves the next.
                for try await _ in response.body { break }
                for length in [8 << 20, nil] as [Int64?] {
                    let body = HTTPBody.stream(
                        length: length,
                        Chunks { $0 < 32 ? [UInt8](repeating: 1, count: 256 << 10) : nil }
                    )
                    let path = "/store/\(length ?? 0)"
                    let (head, _) = try await transport.collect(
                        request(.put, localhost, path, scheme: "https"),
                        body: body
                    )
                    #expect(head.status == .created)
                    let (_, stored) = try await transport.collect(request(.get, localhost, path, scheme: "https"))
                    #expect(stored.count == 8 << 20)
                }
            }
        }
    }

    @Test(arguments: [HTTPRequestOptions.Version.http1, .automatic])
    func nginxRefusesEarlyAndIsHeard(_ version: HTTPRequestOptions.Version) async throws {
        try await Nginx.run { nginx in
            try await withTransport({ $0.trust = .pem(nginx.certificate) }) { transport in
                var options = HTTPRequestOptions()
                options.version = version
                let (head, answer) = try await transport.collect(
                    request(.put, "localhost:\(nginx.port)", "/echo", scheme: "https"),
                    body: .bytes([UInt8](repeating: 1, count: 64 << 20)),
                    options: options
                )
                #expect(head.status == .contentTooLarge)
                #expect(String(decoding: answer, as: UTF8.self).contains("nginx"))
            }
        }
    }

    @Test func nginxSeesTheTargetAsItIs() async throws {
        try await Nginx.run { nginx in
            try await withTransport({ $0.trust = .pem(nginx.certificate) }) { transport in
                for path in ["/echo/../echo//x", "/echo/%2e%2F+?a=b/../c", "/echo/./y?"] {
                    let (_, answer) = try await transport.collect(
                        request(.get, "localhost:\(nginx.port)", path, scheme: "https")
                    )
                    #expect(String(decoding: answer, as: UTF8.self) == path)
                }
            }
        }
    }

    /// The suites of the ClientHello that a connection begins with (RFC 8446, section 4.1.2).
    private static func suites(_ connection: RawConnection) -> [UInt16] {
        // The record's and the message's head, the version and the random.
        let head = connection.readBody(5 + 4 + 2 + 32)
        guard head.count == 43, head[0] == 22, head[5] == 1 else { return [] }
        _ = connection.readBody(Int(connection.readBody(1).first ?? 0))
        func number(_ bytes: ArraySlice<UInt8>) -> UInt16 { bytes.reduce(0) { $0 << 8 | UInt16($1) } }
        let list = connection.readBody(Int(number(connection.readBody(2)[...])))
        return stride(from: 0, to: list.count - 1, by: 2).map { number(list[$0...$0 + 1]) }
    }

    /// Of what the curl program offers, nothing is missing and nothing is new.
    @Test func theCheapestSuitesAreOfferedFirst() async throws {
        let offers = Locked<[[UInt16]]>([])
        try await withServer({ connection in
            let suites = Self.suites(connection)
            offers.withLock { $0.append(suites) }
        }) { server in
            try await withTransport { transport in
                for version in [HTTPRequestOptions.Version.automatic, .http1] {
                    let error = await transportError {
                        _ = try await Self.get(transport, server.authority, version: version)
                    }
                    #expect(error != nil)
                }
            }
            let url = "https://\(server.authority)/"
            let program = try await ChildProcess.run(.init("curl", ["-q", "--silent", "--noproxy", "*", url]))
            #expect(!program.isSuccess)
        }
        let seen = offers.withLock { $0 }
        try #require(seen.count == 3)
        #expect(Set(seen[0]) == Set(seen[2]))
        #expect(seen[0].count == seen[2].count)
        #expect(seen[1] == seen[0])
        // TLS_AES_128_GCM_SHA256; of TLS 1.2 ECDHE-ECDSA- and ECDHE-RSA-AES128-GCM-SHA256; the others as they were.
        let first: [UInt16] = [0x1301, 0xC02B, 0xC02F]
        #expect(seen[0].filter { $0 < 0x1300 || $0 > 0x13FF }.starts(with: first.dropFirst()))
        #expect(seen[0].first == first[0])
        #expect(seen[0].filter { !first.contains($0) } == seen[2].filter { !first.contains($0) })
    }
}
