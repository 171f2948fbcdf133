extension LoopbackSMTPServer {
    /// What a server offers, and what goes wrong with it.
    public struct Configuration: Sendable {
        /// How TLS comes in.
        public enum Security: Sendable, Hashable {
            /// Not at all.
            case none
            /// After `STARTTLS`.
            case startTLS
            /// From the first byte.
            case implicitTLS
        }

        /// The port on 127.0.0.1; 0 lets the system choose a free one.
        public var port: UInt16 = 0
        /// How TLS comes in.
        public var security = Security.none
        /// The host names and numeric addresses that the certificate is for.
        public var certificateHosts = ["localhost", "127.0.0.1", "::1"]
        /// Whether the certificate's time is over.
        public var isCertificateExpired = false
        /// What is announced beside `STARTTLS` and `AUTH`, a line each.
        public var extensions = ["PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 10485760", "DSN", "ENHANCEDSTATUSCODES"]
        /// Users and their passwords or tokens; with any, mail is taken after a login only.
        public var users: [String: String] = [:]
        /// The mechanisms that are offered when there are users.
        public var mechanisms = ["PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER"]
        /// Whether `AUTH` is offered in clear.
        public var offersLoginInClear = false
        /// Local parts that do not exist: refused with 550.
        public var unknownLocalParts: Set<String> = []
        /// What goes wrong.
        public var faults: [LoopbackSMTPFault] = []
        /// How long a client may be silent.
        public var idleTimeout = Duration.seconds(60)
        /// The largest content, in bytes; beyond it 552.
        public var maximumSize = 64 << 20

        /// A server that takes all mail, in clear, on a free port.
        public init() {}
    }
}
