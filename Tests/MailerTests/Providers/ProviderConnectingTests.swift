import GroundworkCore
import GroundworkSockets
import GroundworkTesting
import Testing

@testable import Mailer

/// A host that takes no connection to its end: nothing can have been sent there.
@Suite(.timeLimit(.minutes(1))) struct ProviderConnectingTests {
    private func withSilentHost(
        _ body: (SocketListener, ResendTransport) async throws -> Void
    ) async throws {
        let listener = try SocketListener(try .loopback())
        defer { listener.close() }
        var configuration = ResendTransport.Configuration(apiKey: Secret("re_x"))
        configuration.endpoint = "https://127.0.0.1:\(listener.port)"
        try await body(listener, try ResendTransport(configuration))
    }

    @Test func cancellingWhileConnectingMeansThatNothingWasSent() async throws {
        try await withSilentHost { listener, transport in
            let mail = try outgoingMail()
            let task = Task { try await transport.send(mail, deadline: nil) }
            let stream = try await listener.accept(deadline: .now + .seconds(20))
            // The first byte of the handshake, which is never answered.
            #expect(try await stream.read(upTo: 1, deadline: .now + .seconds(20)).count == 1)
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            stream.close()
        }
    }

    @Test func aDeadlineWhileConnectingMeansThatNothingWasSent() async throws {
        try await withSilentHost { _, transport in
            let delivery = try MailDelivery(routes: [MailRoute(transport)])
            let code = await mailErrorCode {
                _ = try await delivery.send(try outgoingMail(), deadline: .now + .milliseconds(200))
            }
            #expect(code == .deadlineExceeded || code == .connectionFailed, "\(String(describing: code))")
        }
    }

    @Test func aDeliveryThatIsCancelledWhileConnectingSaysSo() async throws {
        try await withSilentHost { listener, transport in
            let delivery = try MailDelivery(routes: [MailRoute(transport)])
            let mails = [try outgoingMail(), try outgoingMail()]
            let task = Task { await delivery.send(batch: mails, deadline: nil) }
            let stream = try await listener.accept(deadline: .now + .seconds(20))
            _ = try await stream.read(upTo: 1, deadline: .now + .seconds(20))
            task.cancel()
            for result in await task.value { #expect(throws: CancellationError.self) { try result.get() } }
            stream.close()
        }
    }
}
