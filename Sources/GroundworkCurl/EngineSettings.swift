import CGroundworkCurl
import CGroundworkOpenSSL
import Glibc
import GroundworkCore

/// A configuration, resolved once for all exchanges.
struct EngineSettings: Sendable {
    let configuration: CurlHTTPTransport.Configuration
    let userAgent: String
    let hasSystemBundle: Bool
    /// Whether libcurl does TLS by the very OpenSSL that this program is linked with, so that its objects are ours too.
    let sharesOpenSSL: Bool
    /// The most bytes that wait on either side of the engine.
    let highWaterMark: Int
    let nameCacheSeconds: Int
    let idleSeconds: Int

    init(_ configuration: CurlHTTPTransport.Configuration) {
        var configuration = configuration
        if !Self.libraryHasHTTP2() { configuration.allowsHTTP2 = false }
        self.configuration = configuration
        let name = configuration.userAgent.trimmingASCIIWhitespace()
        let isSound = !name.isEmpty && name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        userAgent = isSound ? name : CurlHTTPTransport.Configuration.defaultUserAgent
        hasSystemBundle = Self.systemBundleIsReadable()
        sharesOpenSSL = Self.libraryHasOurOpenSSL()
        highWaterMark = max(64 << 10, configuration.highWaterMark)
        nameCacheSeconds = Self.seconds(configuration.nameCacheLifetime)
        idleSeconds = max(1, Self.seconds(configuration.idleConnectionLifetime))
    }

    private static func seconds(_ duration: Duration) -> Int {
        Int(min(max(duration.seconds, 0), Double(Int32.max)))
    }

    private static func libraryHasHTTP2() -> Bool {
        guard let version = unsafe gw_curl_version() else { return false }
        return unsafe version.pointee.features & Int32(CURL_VERSION_HTTP2) != 0
    }

    private static func libraryHasOurOpenSSL() -> Bool {
        guard let version = unsafe gw_curl_version(), let library = unsafe version.pointee.ssl_version else {
            return false
        }
        return unsafe String(cString: library) == "OpenSSL/" + String(cString: gw_openssl_version())
    }

    private static func systemBundleIsReadable() -> Bool {
        guard let version = unsafe gw_curl_version(), let path = unsafe version.pointee.cainfo else {
            return false
        }
        return unsafe access(path, R_OK) == 0
    }
}
