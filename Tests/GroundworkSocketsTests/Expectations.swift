import GroundworkCore
import GroundworkSockets
import GroundworkTesting
import Testing

/// The code of the error that `body` throws; nil when it throws none or another.
func socketErrorCode(_ body: () async throws -> Void) async -> SocketError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? SocketError)?.code
    }
}

extension ByteStream {
    /// Reads up to the end.
    func readAll(within bound: Duration = .seconds(30)) async throws -> [UInt8] {
        let deadline = ContinuousClock.now + bound
        var all: [UInt8] = []
        while true {
            let bytes = try await read(upTo: 256 * 1024, deadline: deadline)
            if bytes.isEmpty { return all }
            all += bytes
        }
    }

    func write(_ text: String) async throws {
        try await write(Array(text.utf8), deadline: .now + .seconds(30))
    }
}

/// Two ends of one connection over the loopback interface.
func connectedPair() async throws -> (client: SocketStream, server: SocketStream) {
    let listener = try SocketListener(try .loopback())
    async let accepted = listener.accept(deadline: .now + .seconds(10))
    let client = try await SocketStream.connect(
        host: "127.0.0.1",
        port: listener.port,
        deadline: .now + .seconds(10)
    )
    return (client, try await accepted)
}

/// The same with TLS between them.
func connectedTLSPair() async throws -> (client: TLSStream, server: TLSStream) {
    let (client, server) = try await connectedPair()
    let certificate = try ThrowAwayCertificate(hosts: ["localhost"])
    let serverContext = try certificate.privateKeyPEM.withValue {
        try TLSContext(serverWith: certificate.certificatePEM, privateKey: $0)
    }
    let clientContext = try TLSContext(clientTrusting: .certificates(pem: certificate.authorityPEM))
    let deadline = ContinuousClock.now + .seconds(10)
    async let accepted = TLSStream.open(over: server, context: serverContext, host: "", deadline: deadline)
    let opened = try await TLSStream.open(over: client, context: clientContext, host: "localhost", deadline: deadline)
    return (opened, try await accepted)
}

/// A connection of either kind.
func pair(secured: Bool) async throws -> (client: any ByteStream, server: any ByteStream) {
    if secured {
        let (client, server) = try await connectedTLSPair()
        return (client, server)
    }
    let (client, server) = try await connectedPair()
    return (client, server)
}
