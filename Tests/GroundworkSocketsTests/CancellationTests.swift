import GroundworkSockets
import GroundworkTesting
import Testing

/// Each runs in a process of its own: beside busy neighbours only their load would be measured.
@Suite struct CancellationTests {
    /// The shortest time in which a waiting task ends once it is cancelled, of several tries.
    static func timeToCancel(
        _ prepare: () async throws -> @Sendable () async throws -> Void
    ) async throws -> Duration {
        var shortest = Duration.seconds(60)
        for _ in 0..<10 {
            let operation = try await prepare()
            let task = Task { try await operation() }
            // Time to come to its wait.
            try await Task.sleep(for: .milliseconds(30))
            let start = ContinuousClock.now
            task.cancel()
            let result = await task.result
            shortest = min(shortest, start.duration(to: .now))
            guard case .failure(let error) = result, error is CancellationError else { return .seconds(60) }
        }
        return shortest
    }

    static let bound = Duration.milliseconds(50)

    @Test func readEndsWithinFiftyMilliseconds() async {
        await #expect(processExitsWith: .success) {
            for secured in [false, true] {
                let (client, server) = try await pair(secured: secured)
                let time = try await CancellationTests.timeToCancel {
                    { _ = try await client.read(upTo: 1, deadline: nil) }
                }
                #expect(time < CancellationTests.bound)
                withExtendedLifetime(server) {}
            }
        }
    }

    @Test func writeEndsWithinFiftyMilliseconds() async {
        await #expect(processExitsWith: .success) {
            let much = [UInt8](repeating: 0, count: 32 << 20)
            for secured in [false, true] {
                let time = try await CancellationTests.timeToCancel {
                    let (client, server) = try await pair(secured: secured)
                    return {
                        try await client.write(much, deadline: nil)
                        withExtendedLifetime(server) {}
                    }
                }
                #expect(time < CancellationTests.bound)
            }
        }
    }

    @Test func acceptAndConnectEndWithinFiftyMilliseconds() async {
        await #expect(processExitsWith: .success) {
            let listener = try SocketListener(try .loopback(), backlog: 0)
            let port = listener.port
            let accept = try await CancellationTests.timeToCancel { { _ = try await listener.accept() } }
            #expect(accept < CancellationTests.bound)
            // A listener whose queue is full answers no further connection.
            var queued: [SocketStream] = []
            while let stream = try? await SocketStream.connect(
                host: "127.0.0.1",
                port: port,
                deadline: .now + .milliseconds(200)
            ) {
                queued.append(stream)
            }
            let connect = try await CancellationTests.timeToCancel {
                { _ = try await SocketStream.connect(host: "127.0.0.1", port: port, deadline: nil) }
            }
            #expect(connect < CancellationTests.bound)
        }
    }

    @Test func handshakeEndsWithinFiftyMilliseconds() async {
        await #expect(processExitsWith: .success) {
            let certificate = try ThrowAwayCertificate(hosts: ["localhost"])
            let context = try TLSContext(clientTrusting: .certificates(pem: certificate.authorityPEM))
            let time = try await CancellationTests.timeToCancel {
                let (client, server) = try await connectedPair()
                return {
                    _ = try await TLSStream.open(over: client, context: context, host: "localhost", deadline: nil)
                    withExtendedLifetime(server) {}
                }
            }
            #expect(time < CancellationTests.bound)
        }
    }
}
