import GroundworkHTTP
import Testing

@Suite struct HTTPTransportErrorTests {
    private static func request(_ method: HTTPRequest.Method = .get) -> HTTPRequest {
        HTTPRequest(
            method: method,
            scheme: "https",
            authority: "user:pw@h.example:8443",
            path: "/a/b?X-Amz-Signature=abc#f"
        )
    }

    @Test func theDescriptionHoldsNoQueryAndNoUser() {
        let error = HTTPTransportError(.connectionLost, "It broke.", request: Self.request())
        #expect(error.description == "connectionLost (GET https://h.example:8443/a/b): It broke.")
        #expect(error.target == "https://h.example:8443/a/b")
    }

    @Test func onlyHarmlessRepetitionsAreRetryable() {
        func isRetryable(
            _ code: HTTPTransportError.Code,
            _ method: HTTPRequest.Method = .get,
            sent: HTTPTransportError.Sent = .possibly,
            timeout: HTTPTransportError.Timeout? = nil
        ) -> Bool {
            HTTPTransportError(code, "", request: Self.request(method), sent: sent, timeout: timeout).isRetryable
        }
        for code in [HTTPTransportError.Code.connectionFailed, .connectionLost, .nameResolutionFailed] {
            #expect(isRetryable(code, .post))
        }
        for code in [
            HTTPTransportError.Code.outcomeUnknown, .tlsFailed, .invalidRequest, .bodyLengthMismatch, .responseTooLarge,
            .shutDown, .bodyAlreadyConsumed, .bodySourceFailed, .internalFailure,
        ] {
            #expect(!isRetryable(code))
        }
        #expect(isRetryable(.timedOut, .get, timeout: .stall))
        #expect(!isRetryable(.timedOut, .post, timeout: .stall))
        #expect(isRetryable(.timedOut, .post, timeout: .connect))
        #expect(isRetryable(.timedOut, .post, sent: .nothing, timeout: .total))
        #expect(isRetryable(.invalidResponse, .put))
        #expect(!isRetryable(.invalidResponse, .post))
    }

    @Test func codesAndTimeoutsAreOpenSets() {
        #expect(HTTPTransportError.Code("teapot").rawValue == "teapot")
        #expect(HTTPTransportError.Code("timedOut") == .timedOut)
        #expect("\(HTTPTransportError.Timeout("patience"))" == "patience")
        #expect(HTTPTransportError.Timeout("connectionWait") == .connectionWait)
    }

    @Test func automaticReplayDependsOnTheMethod() {
        for method in [HTTPRequest.Method.get, .head, .put, .delete] {
            #expect(HTTPRequestOptions.Replay.automatic.resolved(for: method) == .always)
        }
        for method in [HTTPRequest.Method.post, .patch, .options, .connect] {
            #expect(HTTPRequestOptions.Replay.automatic.resolved(for: method) == .never)
        }
        #expect(HTTPRequestOptions.Replay.ifNothingSent.resolved(for: .get) == .ifNothingSent)
    }
}
