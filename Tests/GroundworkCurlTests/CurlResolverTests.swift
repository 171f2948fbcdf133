import CHangingResolver
import GroundworkCurl
import GroundworkHTTP
import Testing

/// What happens while the C library's resolver does not answer. It cannot be interrupted: its thread is left behind.
@Suite(.serialized) struct CurlResolverTests {
    private static let hanging = "\(GW_HANGING_NAME):1"

    private static func withHangingResolver(_ body: () async throws -> Void) async throws {
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        gw_resolver_release()
        #expect(await eventually { gw_resolver_waiting() == 0 })
        try result.get()
    }

    @Test func nameResolutionEndsWithin50Milliseconds() async throws {
        try await Self.withHangingResolver {
            let before = Int(gw_resolver_total())
            try await withTransport { transport in
                await CurlCancellationTests.expectPromptEnd(when: { Int(gw_resolver_total()) >= before + $0 }) {
                    _ = try await transport.collect(request(.get, Self.hanging))
                }
            }
        }
    }

    @Test func othersGoOnWhileANameIsAwaited() async throws {
        try await withServer({ while $0.readHead() != nil { $0.answer("ok") } }) { server in
            try await Self.withHangingResolver {
                try await withTransport { transport in
                    let task = Task { try await transport.collect(request(.get, Self.hanging)) }
                    #expect(await eventually { gw_resolver_waiting() == 1 })
                    let status = try await transport.collect(request(.get, server.authority)).head.status
                    #expect(status == .ok)
                    task.cancel()
                    await #expect(throws: CancellationError.self) { try await task.value }
                    let after = try await transport.collect(request(.get, server.authority)).head.status
                    #expect(after == .ok)
                }
            }
        }
    }

    @Test func theConnectTimeoutCountsTheResolution() async throws {
        try await Self.withHangingResolver {
            try await withTransport { transport in
                var options = HTTPRequestOptions()
                options.connectTimeout = .milliseconds(100)
                let error = await transportError {
                    _ = try await transport.collect(request(.get, Self.hanging), options: options)
                }
                #expect(error?.code == .timedOut)
                #expect(error?.timeout == .connect)
                #expect(error?.sent == .nothing)
            }
        }
    }

    @Test func aShutdownDoesNotWaitForTheResolver() async throws {
        try await Self.withHangingResolver {
            let transport = CurlHTTPTransport()
            let task = Task { try await transport.collect(request(.get, Self.hanging)) }
            #expect(await eventually { gw_resolver_waiting() == 1 })
            let begin = ContinuousClock.now
            await transport.shutdown()
            #expect(begin.duration(to: .now) < .seconds(1))
            #expect(gw_resolver_waiting() == 1)
            let error = await transportError { _ = try await task.value }
            #expect(error?.code == .shutDown)
        }
    }
}
