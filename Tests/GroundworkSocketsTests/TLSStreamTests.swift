import Foundation
import GroundworkCore
import GroundworkSockets
import GroundworkTestProcesses
import GroundworkTesting
import Testing

/// The client against servers of other hands.
@Suite struct TLSStreamTests {
    static let echo = """
        import socket, ssl, sys
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
        if sys.argv[4] != "any": context.maximum_version = getattr(ssl.TLSVersion, sys.argv[4])
        if sys.argv[4] == "TLSv1_1":
            context.minimum_version = ssl.TLSVersion.TLSv1_1
            context.set_ciphers("DEFAULT@SECLEVEL=0")
        server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
        while True:
            connection, _ = server.accept()
            try:
                with context.wrap_socket(connection, server_side=True) as tls:
                    data = b""
                    while part := tls.recv(65536): data += part
                    tls.sendall(data[::-1])
                    tls.unwrap()
            except OSError: pass
        """

    /// Runs Python's server with a certificate, and `body` with its port.
    static func withPython(
        _ certificate: ThrowAwayCertificate,
        version: String = "any",
        _ body: (UInt16) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            try certificate.certificatePEM.write(
                toFile: "\(directory)/certificate.pem",
                atomically: true,
                encoding: .utf8
            )
            try certificate.privateKeyPEM.withValue {
                try $0.write(toFile: "\(directory)/key.pem", atomically: true, encoding: .utf8)
            }
            let port = try LoopbackPort.free()
            let files = ["\(directory)/certificate.pem", "\(directory)/key.pem"]
            let server = try await ChildProcess.start(
                .init("python3", ["-c", echo, "\(port)"] + files + [version])
            )
            do {
                try await server.waitUntilReady { await LoopbackPort.accepts(port) }
                try await body(port)
            } catch {
                await server.stop()
                throw error
            }
            await server.stop()
        }
    }

    static func open(_ port: UInt16, host: String, trust: TLSContext.Trust) async throws -> TLSStream {
        let deadline = ContinuousClock.now + .seconds(20)
        let stream = try await SocketStream.connect(host: "127.0.0.1", port: port, deadline: deadline)
        let context = try TLSContext(clientTrusting: trust)
        return try await TLSStream.open(over: stream, context: context, host: host, deadline: deadline)
    }

    static func error(_ port: UInt16, host: String, trust: TLSContext.Trust) async -> SocketError? {
        do {
            _ = try await open(port, host: host, trust: trust)
            return nil
        } catch {
            return error as? SocketError
        }
    }

    @Test(arguments: [("any", "TLSv1.3"), ("TLSv1_2", "TLSv1.2")])
    func exchangesWithPython(version: String, expected: String) async throws {
        let certificate = try ThrowAwayCertificate(hosts: ["localhost", "127.0.0.1"])
        try await Self.withPython(certificate, version: version) { port in
            for host in ["localhost", "127.0.0.1", "localhost.", "LOCALHOST"] {
                let stream = try await Self.open(port, host: host, trust: .certificates(pem: certificate.authorityPEM))
                #expect(stream.version == expected)
                let data = ManualRandom(seed: 4).bytes(300_000)
                try await stream.write(data, deadline: .now + .seconds(20))
                try await stream.closeWrite(deadline: .now + .seconds(20))
                let isWhole = try await stream.readAll() == Array(data.reversed())
                #expect(isWhole)
            }
        }
    }

    @Test func refusesAnAuthorityThatIsNotTrusted() async throws {
        try await Self.withPython(try ThrowAwayCertificate(hosts: ["localhost"])) { port in
            let other = try ThrowAwayCertificate(hosts: ["localhost"])
            for trust in [TLSContext.Trust.system, .certificates(pem: other.authorityPEM)] {
                let error = await Self.error(port, host: "localhost", trust: trust)
                #expect(error?.code == .certificateRejected)
                #expect(error?.message.contains("localhost") == true)
            }
        }
    }

    @Test func refusesAnotherHostsCertificate() async throws {
        let certificate = try ThrowAwayCertificate(hosts: ["right.example", "*.wild.example", "127.0.0.1"])
        try await Self.withPython(certificate) { port in
            let trust = TLSContext.Trust.certificates(pem: certificate.authorityPEM)
            for host in ["wrong.example", "sub.right.example", "127.0.0.2", "a.b.wild.example", "wild.example"] {
                let error = await Self.error(port, host: host, trust: trust)
                #expect(error?.code == .certificateRejected, "\(host)")
                #expect(error?.message.contains("mismatch") == true)
            }
            #expect(await Self.error(port, host: "right.example", trust: trust) == nil)
            #expect(await Self.error(port, host: "a.wild.example", trust: trust) == nil)
        }
    }

    @Test func refusesAnExpiredCertificate() async throws {
        let certificate = try ThrowAwayCertificate(hosts: ["localhost"], isExpired: true)
        try await Self.withPython(certificate) { port in
            let error = await Self.error(
                port,
                host: "localhost",
                trust: .certificates(pem: certificate.authorityPEM)
            )
            #expect(error?.code == .certificateRejected && error?.message.contains("expired") == true)
        }
    }

    @Test func refusesVersionsBefore12() async throws {
        let certificate = try ThrowAwayCertificate(hosts: ["localhost"])
        try await Self.withPython(certificate, version: "TLSv1_1") { port in
            let error = await Self.error(
                port,
                host: "localhost",
                trust: .certificates(pem: certificate.authorityPEM)
            )
            #expect(error?.code == .tlsFailed, "\(error.map { "\($0)" } ?? "no error")")
        }
    }

    @Test func exchangesWithOpenSSLAndRefusesItWhenSelfSigned() async throws {
        try await withTemporaryDirectory { directory in
            let files = ["-keyout", "\(directory)/key.pem", "-out", "\(directory)/self.pem"]
            try await ChildProcess.output(
                of: "openssl",
                ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=x"]
                    + ["-addext", "subjectAltName=DNS:self.example"] + files
            )
            let port = try LoopbackPort.free()
            let server = try await ChildProcess.start(
                .init(
                    "openssl",
                    ["s_server", "-quiet", "-rev", "-accept", "127.0.0.1:\(port)"]
                        + ["-cert", "\(directory)/self.pem", "-key", "\(directory)/key.pem"]
                )
            )
            try await server.waitUntilReady { await LoopbackPort.accepts(port) }
            #expect(await Self.error(port, host: "self.example", trust: .system)?.code == .certificateRejected)
            let pem = try String(contentsOfFile: "\(directory)/self.pem", encoding: .utf8)
            let stream = try await Self.open(port, host: "self.example", trust: .certificates(pem: pem))
            try await stream.write("stressed\n")
            let answer = try await stream.read(upTo: 100, deadline: .now + .seconds(10))
            await server.stop()
            #expect(answer == Array("desserts\n".utf8))
        }
    }

    @Test func whatIsNoTLSIsAnError() async throws {
        let (client, server) = try await connectedPair()
        try await server.write("220 mail.example ESMTP\r\n")
        let code = await socketErrorCode {
            _ = try await TLSStream.open(
                over: client,
                context: try TLSContext(clientTrusting: .system),
                host: "localhost",
                deadline: .now + .seconds(10)
            )
        }
        #expect(code == .tlsFailed)
    }

    @Test func handshakeEndsAtItsDeadline() async throws {
        let context = try TLSContext(clientTrusting: .system)
        let (client, server) = try await connectedPair()
        let code = await socketErrorCode {
            _ = try await TLSStream.open(
                over: client,
                context: context,
                host: "localhost",
                deadline: .now + .milliseconds(50)
            )
        }
        #expect(code == .timedOut)
        #expect(await socketErrorCode { try await client.write("x") } == .closed)
        withExtendedLifetime(server) {}
    }

    @Test func refusesWhatIsNoCertificate() {
        for pem in ["", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            #expect { try TLSContext(clientTrusting: .certificates(pem: pem)) } throws: {
                ($0 as? SocketError)?.code == .invalidConfiguration
            }
            #expect { try TLSContext(serverWith: pem, privateKey: pem) } throws: {
                ($0 as? SocketError)?.code == .invalidConfiguration
            }
        }
    }

    @Test func refusesAKeyOfAnotherCertificate() throws {
        let (one, other) = (try ThrowAwayCertificate(hosts: ["a"]), try ThrowAwayCertificate(hosts: ["a"]))
        #expect {
            try other.privateKeyPEM.withValue { try TLSContext(serverWith: one.certificatePEM, privateKey: $0) }
        } throws: {
            ($0 as? SocketError)?.code == .invalidConfiguration
        }
        #expect(!"\(one)".contains("PRIVATE"))
    }

    @Test func opensslFindsNoFaultWithTheCertificate() async throws {
        let certificate = try ThrowAwayCertificate(hosts: ["localhost", "127.0.0.1"])
        try await withTemporaryDirectory { directory in
            try certificate.authorityPEM.write(toFile: "\(directory)/ca.pem", atomically: true, encoding: .utf8)
            try certificate.certificatePEM.write(toFile: "\(directory)/leaf.pem", atomically: true, encoding: .utf8)
            let output = try await ChildProcess.output(
                of: "openssl",
                ["verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", "localhost"]
                    + ["-CAfile", "\(directory)/ca.pem", "\(directory)/leaf.pem"]
            )
            #expect(String(decoding: output, as: UTF8.self).hasSuffix("leaf.pem: OK\n"))
        }
    }
}
