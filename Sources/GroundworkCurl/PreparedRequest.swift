import CGroundworkCurl
import GroundworkCore
import GroundworkHTTP

/// A request that was checked and turned into what libcurl takes.
struct PreparedRequest: Sendable {
    /// How the request's body is announced.
    enum Upload: Sendable {
        case none
        case bytes(UploadBytes, length: Int64)
        case file(HTTPFileRange)
        case stream(UploadQueue, length: Int64?)

        var declaredLength: Int64? {
            switch self {
            case .none: 0
            case .bytes(_, let length): length
            case .file(let range): range.length
            case .stream(_, let length): length
            }
        }
    }

    let original: HTTPRequest
    let options: HTTPRequestOptions
    let replay: HTTPRequestOptions.Replay
    /// Scheme and authority, for the connection.
    let url: String
    /// The request line's target, byte for byte.
    let target: String
    let method: String
    let upload: Upload
    let headers: HeaderList
    let proxy: ProxyURL?
    let usesHTTP2: Bool

    init(
        _ request: HTTPRequest,
        upload: Upload,
        hasBody: Bool,
        options: HTTPRequestOptions,
        configuration: CurlHTTPTransport.Configuration,
        proxies: ProxyRules
    ) throws(HTTPTransportError) {
        func refuse(_ message: String) -> HTTPTransportError {
            HTTPTransportError(.invalidRequest, message, request: request)
        }
        let scheme = request.scheme?.lowercasedASCII() ?? ""
        guard scheme == "http" || scheme == "https" else {
            throw refuse("The scheme must be http or https, not \(scheme.isEmpty ? "empty" : "'\(scheme)'").")
        }
        guard let authority = request.authority, let host = Self.host(of: authority) else {
            throw refuse(
                "The authority must be a host with an optional port, in ASCII (an international name in its xn-- "
                    + "form) and without user information; credentials belong into the Authorization header."
            )
        }
        let path = request.path ?? "/"
        guard path.utf8.first == 0x2F || (path == "*" && request.method == .options) else {
            throw refuse("The path must begin with a slash.")
        }
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != 0x23 }) else {
            throw refuse("The path holds a space, a control character or '#': percent-encode it.")
        }
        guard request.method != .connect else { throw refuse("CONNECT is the transport's own business.") }

        original = request
        self.options = options
        replay = options.replay.resolved(for: request.method)
        url = "\(scheme)://\(authority)/"
        do throws(HTTPTransportError) {
            proxy = try proxies.proxy(scheme: scheme, host: host)
        } catch {
            throw refuse(error.message)
        }
        let isForwarded = scheme == "http" && proxy?.speaksHTTP ?? false
        target = isForwarded ? "http://\(authority)\(path == "*" ? "" : path)" : path
        method = request.method.rawValue
        // RFC 9110, section 8.6: a method that expects content says that there is none.
        let expectsBody = [.post, .put, .patch].contains(request.method)
        self.upload = !hasBody && expectsBody ? .bytes(UploadBytes([]), length: 0) : upload
        usesHTTP2 = scheme == "https" && configuration.allowsHTTP2 && options.version == .automatic
        headers = try HeaderList(request, authority: authority, declaredLength: hasBody ? upload.declaredLength : 0)
    }

    /// The host of an authority, or nil if the authority is not one that may be connected to.
    static func host(of authority: String) -> String? {
        let bytes = Array(authority.utf8)
        let isAllowed = bytes.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            case 0x2D, 0x2E, 0x5F, 0x7E, 0x3A, 0x5B, 0x5D: true  // - . _ ~ : [ ]
            default: false
            }
        }
        guard isAllowed, !bytes.isEmpty else { return nil }
        var host = authority[...]
        var port: Substring?
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]") else { return nil }
            let rest = host[host.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
            port = rest.isEmpty ? nil : rest.dropFirst()
            host = host[...end]
            guard IPAddress(String(host.dropFirst().dropLast())) != nil else { return nil }
        } else if let colon = host.firstIndex(of: ":") {
            port = host[host.index(after: colon)...]
            host = host[..<colon]
        }
        if let port {
            guard port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt16(port), number > 0 else {
                return nil
            }
        }
        return host.isEmpty ? nil : String(host)
    }
}

/// The header lines of one request, as libcurl's list. Never changed after its making.
@safe final class HeaderList: @unchecked Sendable {
    // Unchecked: written in the initialiser only, freed once nobody holds it.
    private(set) var first: UnsafeMutablePointer<curl_slist>?

    init(_ request: HTTPRequest, authority: String, declaredLength: Int64?) throws(HTTPTransportError) {
        unsafe first = nil
        var hasExpect = false
        var hasAccept = false
        for field in request.headerFields {
            switch field.name {
            case .contentLength:
                guard let declaredLength, Int64(field.value) == declaredLength else {
                    throw HTTPTransportError(
                        .invalidRequest,
                        "The Content-Length header says \(field.value), the body's length is "
                            + "\(declaredLength.map(String.init) ?? "unknown"): leave the header to the transport.",
                        request: request
                    )
                }
                continue
            case .transferEncoding:
                throw HTTPTransportError(
                    .invalidRequest,
                    "Transfer-Encoding is set by the transport, from the body's length.",
                    request: request
                )
            case Self.host:
                guard field.value == authority else {
                    throw HTTPTransportError(
                        .invalidRequest,
                        "The Host header differs from the request's authority; set the authority only.",
                        request: request
                    )
                }
                continue
            case .expect: hasExpect = true
            case .accept: hasAccept = true
            default: break
            }
            try append(field, of: request)
        }
        append("Host: \(authority)")
        if !hasExpect { append("Expect:") }
        if !hasAccept { append("Accept:") }
    }

    deinit { unsafe curl_slist_free_all(first) }

    private static let host = HTTPField.Name("Host")

    private func append(_ field: HTTPField, of request: HTTPRequest) throws(HTTPTransportError) {
        var line = Array(field.name.rawName.utf8)
        let isSound = unsafe field.withUnsafeBytesOfValue { value in
            // libcurl reads "Name:" as "leave this header out" and "Name;" as an empty value.
            if value.isEmpty { line.append(0x3B) } else { line.append(contentsOf: [0x3A, 0x20]) }
            unsafe line.append(contentsOf: value)
            return unsafe value.allSatisfy { $0 != 0 && $0 != 0x0A && $0 != 0x0D }
        }
        guard isSound else {
            throw HTTPTransportError(
                .invalidRequest,
                "The value of the header \(field.name.rawName) holds a line break or a NUL.",
                request: request
            )
        }
        line.append(0)
        unsafe line.withUnsafeBytes { bytes in
            guard let text = unsafe bytes.bindMemory(to: CChar.self).baseAddress else { return }
            if let longer = unsafe curl_slist_append(first, text) { unsafe first = longer }
        }
    }

    private func append(_ line: String) {
        if let longer = unsafe curl_slist_append(first, line) { unsafe first = longer }
    }
}
