extension LoopbackHTTPServer {
    /// How a server listens, and what it puts up with.
    public struct Configuration: Sendable {
        /// The port on 127.0.0.1; 0 lets the system choose a free one.
        public var port: UInt16 = 0
        /// TLS, by default none.
        public var tls: TLS?
        /// The largest head of a request, request line and fields together, in bytes. Beyond it the answer is 431.
        public var maximumHeadBytes = 64 * 1024
        /// The most header fields of a request, at most 10,000. Beyond it the answer is 431.
        public var maximumFieldCount = 256
        /// The most connections at once; further ones are closed.
        public var maximumConnections = 1024
        /// How long a connection may lie idle between two requests.
        public var idleTimeout = Duration.seconds(60)
        /// How long a client may take to send the next bytes of a request, or to take the next of a response.
        public var stallTimeout = Duration.seconds(60)
        /// How long the server goes on reading what a client still sends after an early answer.
        public var lingerTimeout = Duration.seconds(5)

        /// Plain HTTP on a free port.
        public init() {}
    }

    /// The certificate that a server shows. It is made anew for each server, by an authority made for it alone.
    public struct TLS: Sendable, Hashable {
        /// The host names and numeric addresses that the certificate is for.
        public var hosts: [String]
        /// Whether the certificate's time is already over.
        public var isExpired: Bool

        /// A certificate for `localhost`, `127.0.0.1` and `::1`, or one with a flaw that clients must notice.
        public static func throwAway(
            hosts: [String] = ["localhost", "127.0.0.1", "::1"],
            isExpired: Bool = false
        ) -> TLS {
            TLS(hosts: hosts, isExpired: isExpired)
        }
    }
}
