import CGroundworkCurl
import CGroundworkOpenSSL
import GroundworkCore
import GroundworkHTTP

/// One of libcurl's easy handles, set up once and used for one exchange after the other.
///
/// Belongs to the engine's thread. What differs between requests is set anew for each; the rest stays.
@safe final class EasyHandle {
    let raw: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    /// The first option that libcurl refused.
    private(set) var failure: CURLcode?
    /// What libcurl only points to must live as long as it may look.
    private var headers: HeaderList?
    /// Whether libcurl's OpenSSL is ours, so that our calls understand its connections.
    private let sharesOpenSSL: Bool

    init?(_ settings: EngineSettings, loop: EngineLoop) {
        guard let raw = unsafe curl_easy_init() else { return nil }
        unsafe self.raw = raw
        sharesOpenSSL = settings.sharesOpenSSL
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        prepare(settings, loop)
    }

    deinit {
        unsafe curl_easy_cleanup(raw)
        unsafe errorText.deallocate()
    }

    private func prepare(_ settings: EngineSettings, _ loop: EngineLoop) {
        let configuration = settings.configuration
        unsafe set(CURLOPT_ERRORBUFFER, pointer: UnsafeMutableRawPointer(errorText))
        set(CURLOPT_NOSIGNAL, 1)
        unsafe note(gw_curl_allow_http_only(raw))
        unsafe note(gw_curl_abandon_resolver(raw))
        set(CURLOPT_PATH_AS_IS, 1)
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_BUFFERSIZE, min(max(configuration.receiveBufferSize, 16 << 10), 512 << 10))
        set(CURLOPT_UPLOAD_BUFFERSIZE, min(max(configuration.sendBufferSize, 16 << 10), 2 << 20))
        // The engine keeps time itself: libcurl's own limit would count the wait for a free connection.
        set(CURLOPT_CONNECTTIMEOUT_MS, Int(Int32.max))
        set(CURLOPT_DNS_CACHE_TIMEOUT, settings.nameCacheSeconds)
        set(CURLOPT_MAXAGE_CONN, settings.idleSeconds)
        set(CURLOPT_USERAGENT, settings.userAgent)
        prepareTLS(settings)
        unsafe note(gw_curl_set_data_function(raw, CURLOPT_HEADERFUNCTION, CurlCallbacks.header))
        unsafe note(gw_curl_set_data_function(raw, CURLOPT_WRITEFUNCTION, CurlCallbacks.write))
        unsafe note(gw_curl_set_data_function(raw, CURLOPT_READFUNCTION, CurlCallbacks.read))
        unsafe note(gw_curl_set_seek_function(raw, CurlCallbacks.seek))
        unsafe note(gw_curl_set_ready_function(raw, CurlCallbacks.ready))
        unsafe note(gw_curl_set_resolve_function(raw, CurlCallbacks.resolve))
        unsafe note(gw_curl_set_open_function(raw, CurlCallbacks.open))
        unsafe note(gw_curl_set_close_function(raw, CurlCallbacks.close))
        unsafe set(CURLOPT_CLOSESOCKETDATA, pointer: Unmanaged.passUnretained(loop).toOpaque())
    }

    private func prepareTLS(_ settings: EngineSettings) {
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        let isNewest = settings.configuration.minimumTLSVersion == .v1_3
        set(CURLOPT_SSLVERSION, Int(isNewest ? CURL_SSLVERSION_TLSv1_3 : CURL_SSLVERSION_TLSv1_2))
        if settings.sharesOpenSSL { unsafe note(gw_curl_set_context_function(raw, CurlCallbacks.secureContext)) }
        switch settings.configuration.trust.base {
        case .system:
            // With a directory beside the bundle libcurl reads the bundle anew for each connection.
            if settings.hasSystemBundle { unsafe note(gw_curl_set_text(raw, CURLOPT_CAPATH, nil)) }
        case .file(let path):
            set(CURLOPT_CAINFO, path)
            unsafe note(gw_curl_set_text(raw, CURLOPT_CAPATH, nil))
        case .pem(let bytes):
            unsafe note(gw_curl_set_text(raw, CURLOPT_CAINFO, nil))
            unsafe note(gw_curl_set_text(raw, CURLOPT_CAPATH, nil))
            unsafe bytes.withUnsafeBytes {
                unsafe note(gw_curl_set_blob(raw, CURLOPT_CAINFO_BLOB, $0.baseAddress, $0.count))
            }
        }
    }

    /// Sets all that belongs to one request.
    func begin(_ request: PreparedRequest, context: UnsafeMutableRawPointer) {
        unsafe errorText[0] = 0
        set(CURLOPT_URL, request.url)
        set(CURLOPT_REQUEST_TARGET, request.target)
        headers = request.headers
        unsafe note(gw_curl_set_list(raw, CURLOPT_HTTPHEADER, request.headers.first))
        // First the method's kind, which resets the others, then its name.
        set(CURLOPT_HTTPGET, 1)
        if let length = request.upload.announcedLength {
            set(CURLOPT_UPLOAD, 1)
            unsafe note(gw_curl_set_offset(raw, CURLOPT_INFILESIZE_LARGE, curl_off_t(length)))
        } else if request.method == "HEAD" {
            set(CURLOPT_NOBODY, 1)
        }
        set(CURLOPT_CUSTOMREQUEST, request.method)
        set(CURLOPT_HTTP_VERSION, Int(request.usesHTTP2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1))
        set(CURLOPT_PIPEWAIT, request.usesHTTP2 ? 1 : 0)
        // An empty proxy and no list of exceptions keep libcurl from looking into the environment.
        if let proxy = request.proxy { proxy.url.withValue { set(CURLOPT_PROXY, $0) } } else { set(CURLOPT_PROXY, "") }
        set(CURLOPT_NOPROXY, "")
        for option in [
            CURLOPT_HEADERDATA, CURLOPT_WRITEDATA, CURLOPT_READDATA, CURLOPT_SEEKDATA, CURLOPT_PREREQDATA,
            CURLOPT_RESOLVER_START_DATA, CURLOPT_OPENSOCKETDATA, CURLOPT_PRIVATE,
        ] {
            unsafe set(option, pointer: context)
        }
    }

    /// Forgets the request.
    func end() {
        unsafe note(gw_curl_set_list(raw, CURLOPT_HTTPHEADER, nil))
        headers = nil
    }

    // MARK: Options

    private func note(_ code: CURLcode) {
        if code != CURLE_OK, failure == nil { failure = code }
    }

    private func set(_ option: CURLoption, _ value: Int) { unsafe note(gw_curl_set_long(raw, option, value)) }

    private func set(_ option: CURLoption, _ value: String) { unsafe note(gw_curl_set_text(raw, option, value)) }

    private func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer) {
        unsafe note(gw_curl_set_pointer(raw, option, pointer))
    }

    // MARK: Facts

    /// What libcurl says about the last failure; empty if nothing.
    var errorMessage: String { unsafe String(cString: errorText) }

    /// Bytes of request heads that were given to the system, requests to a proxy included.
    var requestBytes: Int { long(CURLINFO_REQUEST_SIZE) }

    /// The system's error number of the last failed connection.
    var systemError: Int32 { Int32(truncatingIfNeeded: long(CURLINFO_OS_ERRNO)) }

    /// Bytes of the request's body that were given to the system.
    var uploadedBytes: Int64 {
        var value: curl_off_t = 0
        guard unsafe gw_curl_get_offset(raw, CURLINFO_SIZE_UPLOAD_T, &value) == CURLE_OK else { return 0 }
        return Int64(value)
    }

    /// The connection's `SSL *`. Asked for anew each time: libcurl frees it with the connection.
    private var secureConnection: UnsafeMutableRawPointer? {
        sharesOpenSSL ? unsafe gw_curl_openssl_connection(raw) : nil
    }

    /// Lets the connection take several records from its socket at once, or stops that.
    /// - Returns: whether it does so now.
    func readAhead(_ isOn: Bool) -> Bool {
        guard let connection = unsafe secureConnection else { return false }
        unsafe gw_tls_read_ahead(connection, isOn ? 1 : 0)
        return isOn
    }

    /// Whether records may wait in memory, of which no socket tells and of which libcurl takes one at a time.
    var holdsRecords: Bool {
        guard let connection = unsafe secureConnection else { return false }
        return unsafe gw_tls_has_pending(connection) != 0
    }

    /// The socket of the exchange, where it has its connection for itself; nil with HTTP/2.
    var ownSocket: Int32? {
        guard [Int(CURL_HTTP_VERSION_1_0), Int(CURL_HTTP_VERSION_1_1)].contains(long(CURLINFO_HTTP_VERSION)) else {
            return nil
        }
        var socket = CURL_SOCKET_BAD
        let code = unsafe gw_curl_get_socket(raw, CURLINFO_ACTIVESOCKET, &socket)
        return code == CURLE_OK && socket >= 0 ? socket : nil
    }

    private func long(_ info: CURLINFO) -> Int {
        var value = 0
        guard unsafe gw_curl_get_long(raw, info, &value) == CURLE_OK else { return 0 }
        return value
    }
}

extension PreparedRequest.Upload {
    /// The length for libcurl: nil without a body, -1 when it is unknown.
    var announcedLength: Int64? {
        if case .none = self { return nil }
        return declaredLength ?? -1
    }
}
