import CGroundworkCurl
import GroundworkCore
import GroundworkHTTP

/// Turns libcurl's results into errors that say what happened to the request.
enum CurlFailure {
    /// What was known of the exchange when libcurl gave up.
    struct Circumstances {
        var message: String
        var systemError: Int32
        /// Whether a connection, TLS included, stood ready for the request.
        var wasConnected: Bool
        var hasHead: Bool
        var sent: HTTPTransportError.Sent
    }

    static func error(
        _ code: CURLcode,
        _ request: PreparedRequest,
        _ facts: Circumstances
    ) -> HTTPTransportError {
        var facts = facts
        // libcurl quotes, and may cut off, the URL of a proxy that it does not understand; its password must not show.
        let isUsable = !facts.message.isEmpty && facts.message.firstRange(of: "Unsupported proxy") == nil
        let text = isUsable ? facts.message : unsafe String(cString: curl_easy_strerror(code))
        facts.message = withoutQueries(request.proxy?.redacting(text) ?? text)
        let detail = "\(facts.message) (curl \(code.rawValue))"
        func make(_ code: HTTPTransportError.Code, _ message: String, _ below: (any Error)? = nil) -> HTTPTransportError
        {
            HTTPTransportError(code, message, request: request.original, sent: facts.sent, underlyingError: below)
        }
        if isTLS(code), !facts.wasConnected, !isBrokenHandshake(code, facts.message) {
            return make(.tlsFailed, "The TLS connection was refused: \(detail). \(tlsRemedy(code, facts.message))")
        }
        switch code {
        case CURLE_URL_MALFORMAT: return make(.invalidRequest, "The URL is not one: \(detail).")
        case CURLE_COULDNT_RESOLVE_HOST:
            return make(.nameResolutionFailed, "The host's name does not resolve: \(detail).")
        case CURLE_OUT_OF_MEMORY where !facts.wasConnected || facts.hasHead:
            return make(.internalFailure, "Memory ran out: \(detail).")
        default: break
        }
        guard facts.wasConnected else {
            if code == CURLE_OPERATION_TIMEDOUT {
                return timedOut(.connect, request, sent: .nothing)
            }
            let below = facts.systemError == 0 ? nil : SystemCallError(number: facts.systemError, call: "connect")
            return make(.connectionFailed, "No connection came about: \(detail).", below)
        }
        return facts.hasHead
            ? afterHead(code, detail, request, facts, make) : beforeHead(code, detail, request, facts, make)
    }

    private typealias Maker = (HTTPTransportError.Code, String, (any Error)?) -> HTTPTransportError

    private static func beforeHead(
        _ code: CURLcode,
        _ detail: String,
        _ request: PreparedRequest,
        _ facts: Circumstances,
        _ make: Maker
    ) -> HTTPTransportError {
        if isTooLargeHead(code, facts.message) {
            return make(.responseTooLarge, "The head of the response is too large: \(detail).", nil)
        }
        switch code {
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING, CURLE_OK:
            return make(.invalidResponse, "The server does not speak HTTP as it should: \(detail).", nil)
        default:
            return lostConnection(request, sent: facts.sent, detail: detail)
        }
    }

    private static func afterHead(
        _ code: CURLcode,
        _ detail: String,
        _ request: PreparedRequest,
        _ facts: Circumstances,
        _ make: Maker
    ) -> HTTPTransportError {
        if code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR || code == CURLE_HTTP2_STREAM,
            request.replay == .always, !isMalformedChunk(facts.message)
        {
            return make(.connectionLost, "The connection ended in the middle of the response's body: \(detail).", nil)
        }
        return make(.invalidResponse, "The response's body ended early or is malformed: \(detail).", nil)
    }

    /// No answer came. What that means depends on what was sent, and on whether sending it again does harm.
    static func lostConnection(
        _ request: PreparedRequest,
        sent: HTTPTransportError.Sent,
        detail: String
    ) -> HTTPTransportError {
        if sent == .possibly, request.replay != .always {
            return HTTPTransportError(
                .outcomeUnknown,
                "The request was sent, but no answer came (\(detail)): the server may or may not have acted on it.",
                request: request.original,
                sent: sent
            )
        }
        let what = sent == .nothing ? "before anything was sent" : "before an answer came"
        return HTTPTransportError(
            .connectionLost,
            "The connection ended \(what): \(detail).",
            request: request.original,
            sent: sent
        )
    }

    static func timedOut(
        _ timeout: HTTPTransportError.Timeout,
        _ request: PreparedRequest,
        sent: HTTPTransportError.Sent
    ) -> HTTPTransportError {
        let options = request.options
        func text(_ duration: Duration?) -> String { duration.map { "\($0.seconds) s" } ?? "the limit" }
        let message =
            switch timeout {
            case .connectionWait:
                "No connection became free within \(text(options.connectionWaitTimeout)): all that the transport's "
                    + "configuration allows are in use."
            case .connect: "No connection, TLS included, came about within \(text(options.connectTimeout))."
            case .responseHead: "No response came within \(text(options.responseHeadTimeout)) after the request."
            case .stall: "No byte moved for \(text(options.stallTimeout))."
            default: "The exchange took longer than \(text(options.totalTimeout))."
            }
        return HTTPTransportError(.timedOut, message, request: request.original, sent: sent, timeout: timeout)
    }

    static func bodySource(_ error: any Error, _ request: PreparedRequest) -> any Error {
        if var error = error as? HTTPTransportError {
            error.method = request.original.method
            error.target = HTTPTransportError.target(of: request.original)
            return error
        }
        return HTTPTransportError(
            .bodySourceFailed,
            "The source of the request's body failed: \(error)",
            request: request.original,
            underlyingError: error
        )
    }

    static func refusedOption(_ code: CURLcode, _ request: PreparedRequest) -> HTTPTransportError {
        let reason = unsafe String(cString: curl_easy_strerror(code))
        return HTTPTransportError(
            .internalFailure,
            "This libcurl refuses an option that the transport needs: \(reason) (curl \(code.rawValue)).",
            request: request.original
        )
    }

    // MARK: Reading libcurl's words

    private static func isTLS(_ code: CURLcode) -> Bool {
        switch code {
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_USE_SSL_FAILED:
            true
        default: false
        }
    }

    /// A handshake that the network broke, rather than a party that refused.
    private static func isBrokenHandshake(_ code: CURLcode, _ message: String) -> Bool {
        code == CURLE_SSL_CONNECT_ERROR
            && ["SSL_ERROR_SYSCALL", "unexpected eof", "reset by peer"].contains {
                message.lowercasedASCII().firstRange(of: $0.lowercasedASCII()) != nil
            }
    }

    private static func tlsRemedy(_ code: CURLcode, _ message: String) -> String {
        switch code {
        case CURLE_PEER_FAILED_VERIFICATION:
            "Check the host's name and its certificate; a private authority goes into the configuration's trust."
        case CURLE_SSL_CACERT_BADFILE: "Check the file of certificate authorities in the configuration's trust."
        default: "Check that the port speaks TLS, and which versions."
        }
    }

    private static func isTooLargeHead(_ code: CURLcode, _ message: String) -> Bool {
        // 100 is CURLE_TOO_LARGE, which older headers do not have; older libraries say "out of memory" of a long line.
        code.rawValue == 100 || code == CURLE_OUT_OF_MEMORY
            || message.firstRange(of: "Too large response headers") != nil
            || message.firstRange(of: "header line") != nil && message.firstRange(of: "too long") != nil
    }

    private static func isMalformedChunk(_ message: String) -> Bool {
        ["chunk", "Malformed"].contains { message.firstRange(of: $0) != nil }
    }

    /// Cuts query strings, which may hold signatures, out of a text.
    static func withoutQueries(_ text: String) -> String {
        var result: [UInt8] = []
        var isQuery = false
        for byte in text.utf8 {
            if byte == 0x3F { isQuery = true }
            if isQuery, byte == 0x20 || byte == 0x27 || byte == 0x22 { isQuery = false }
            if !isQuery { result.append(byte) }
        }
        while let last = result.last, last == 0x2E || last == 0x20 { result.removeLast() }
        return String(decoding: result, as: UTF8.self)
    }
}
