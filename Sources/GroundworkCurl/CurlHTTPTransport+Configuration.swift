extension CurlHTTPTransport {
    /// How a transport connects and how much it holds. Every property has a default that suits a server program.
    public struct Configuration: Sendable {
        /// The most connections to one host at a time; requests beyond it wait. 0 means no limit.
        ///
        /// The wait is limited by `HTTPRequestOptions.connectionWaitTimeout` and counts towards
        /// `HTTPRequestOptions.totalTimeout`, not towards the time to connect.
        public var maximumConnectionsPerHost = 64
        /// The most connections at a time over all hosts; requests beyond it wait. 0 means no limit.
        public var maximumConnections = 256
        /// The most connections that are kept open for later requests.
        public var maximumIdleConnections = 64
        /// A connection that was idle for longer is not used again; in whole seconds.
        ///
        /// Shorter than the idle limit of common servers, so that a request seldom meets a connection that is being
        /// closed: with `HTTPRequestOptions.Replay.never` that is an error.
        public var idleConnectionLifetime: Duration = .seconds(50)
        /// Whether HTTP/2 is spoken with TLS servers that offer it, for requests whose options allow it.
        public var allowsHTTP2 = true
        /// Which certificate authorities are trusted. There is no way to trust all of them.
        public var trust: Trust = .system
        /// The oldest version of TLS that is spoken.
        public var minimumTLSVersion: TLSVersion = .v1_2
        /// Through which proxy requests go.
        public var proxy: Proxy = .environment
        /// The `User-Agent` of requests that carry none. An empty text is replaced by the default.
        public var userAgent = Configuration.defaultUserAgent
        /// How long a resolved name is used again; in whole seconds.
        public var nameCacheLifetime: Duration = .seconds(60)
        /// The size of the buffer that bytes are received into, per transfer: 16 KiB to 512 KiB.
        public var receiveBufferSize = 256 * 1024
        /// The size of the buffer that bytes are sent from, per upload: 16 KiB to 2 MiB.
        public var sendBufferSize = 256 * 1024
        /// The size up to which received bytes are joined into one chunk of a streamed body.
        public var chunkSize = 256 * 1024
        /// How many bytes may wait for a slow reader, or in front of a slow server, before the other side is paused.
        public var highWaterMark = 1024 * 1024

        /// Makes the default configuration.
        public init() {}

        /// The name that the transport gives itself.
        public static let defaultUserAgent = "swift-groundwork"
    }

    /// Which certificate authorities are trusted.
    public struct Trust: Sendable, Hashable {
        enum Base: Hashable { case system, file(String), pem([UInt8]) }
        let base: Base

        /// Those of the operating system.
        public static let system = Trust(base: .system)

        /// Only those in a file of PEM certificates.
        public static func file(_ path: String) -> Trust { Trust(base: .file(path)) }

        /// Only those in a text of PEM certificates.
        public static func pem(_ text: String) -> Trust { Trust(base: .pem(Array(text.utf8))) }
    }

    /// A version of TLS.
    public struct TLSVersion: Sendable, Hashable {
        enum Base: Hashable { case v1_2, v1_3 }
        let base: Base

        /// TLS 1.2 (RFC 5246).
        public static let v1_2 = TLSVersion(base: .v1_2)
        /// TLS 1.3 (RFC 8446).
        public static let v1_3 = TLSVersion(base: .v1_3)
    }
}
