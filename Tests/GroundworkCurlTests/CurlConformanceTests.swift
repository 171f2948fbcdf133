import GroundworkCurl
import GroundworkHTTP
import GroundworkTesting
import Testing

@Suite struct CurlConformanceTests {
    @Test func keepsThePromisesOfATransport() async throws {
        try await withTransport { transport in
            for outcome in await HTTPTransportConformance(transport).run() {
                if let failure = outcome.failure { Issue.record("\(failure)") }
            }
        }
    }

    @Test func keepsThemBehindARecorder() async throws {
        try await withTransport { transport in
            let recorder = RecordingHTTPTransport(transport)
            for outcome in await HTTPTransportConformance(recorder).run() {
                if let failure = outcome.failure { Issue.record("\(failure)") }
            }
            #expect(recorder.exchanges.count > 100)
            #expect(recorder.exchanges.allSatisfy { !$0.target.contains("?") })
        }
    }

    /// Breaks one promise at a time.
    struct FaultyTransport: HTTPTransport {
        let base: any HTTPTransport
        let fault: HTTPTransportConformance.Case

        func send(
            _ request: HTTPRequest,
            body: HTTPBody?,
            options: HTTPRequestOptions
        ) async throws -> HTTPStreamedResponse {
            var request = request
            var body = body
            var options = options
            switch fault {
            case .target: request.path = request.path?.replacing("//", with: "/")
            case .requestHead: request.headerFields[.contentType] = nil
            case .requestBodies, .wrongLength: body = try body.map { .stream(length: nil, try $0.chunks()) }
            case .unansweredPost: options.replay = .always
            case .timeouts: options = HTTPRequestOptions()
            case .limits: options.maximumHeadBytes = 1 << 20
            default: break
            }
            var response = try await base.send(request, body: body, options: options)
            switch fault {
            case .statuses where response.head.status.code >= 400:
                throw HTTPTransportError(.invalidResponse, "It is an error.")
            case .backPressure, .truncatedBody:
                var bytes: [UInt8] = []
                do {
                    for try await chunk in response.body { bytes += chunk }
                } catch {
                    if fault == .backPressure { throw error }
                }
                response.body = HTTPResponseBody(bytes: bytes)
            default: break
            }
            return response
        }
    }

    @Test(arguments: [
        HTTPTransportConformance.Case.target, .requestHead, .wrongLength, .unansweredPost, .timeouts, .limits,
        .statuses,
        .backPressure, .truncatedBody,
    ])
    func findsAFaultyTransport(_ fault: HTTPTransportConformance.Case) async throws {
        try await withTransport { transport in
            var suite = HTTPTransportConformance(FaultyTransport(base: transport, fault: fault))
            suite.timeLimit = .seconds(5)
            let outcomes = await suite.run([fault])
            #expect(outcomes.first?.failure != nil)
        }
    }
}
