import GroundworkCurl
public import Logging

extension S3Client {
    /// How a client reaches a store.
    public struct Configuration: Sendable {
        /// What is particular about the store; holds endpoint and region.
        public var provider: S3Provider
        /// Where credentials come from; asked before every attempt.
        public var credentials: any S3CredentialsProvider
        /// What carries the requests.
        public var transport: any HTTPTransport
        /// How often and how long **one request** is tried.
        public var retry = RetryPolicy()
        /// Time limits and sizes of one request; `version`, `replay` and `maximumBodyBytes` are set by the client.
        public var request = HTTPRequestOptions()
        /// Sizes, widths and limits of uploads and downloads.
        public var transfer = S3TransferOptions()
        /// Where the client logs, at `debug` each attempt and at `info` each retry; no secret and no query is logged.
        public var logger: Logger?
        /// The clock.
        public var time: any TimeSource = SystemTime()
        /// Randomness for jitter and the names of probes.
        public var random: any RandomSource = SystemRandom()

        /// Describes a client.
        /// - Parameters:
        ///   - provider: the store, and what is known of its kind.
        ///   - credentials: what requests are signed with.
        ///   - transport: nil means libcurl, shared by all clients of the process.
        public init(
            provider: S3Provider,
            credentials: any S3CredentialsProvider,
            transport: (any HTTPTransport)? = nil
        ) {
            self.provider = provider
            self.credentials = credentials
            self.transport = transport ?? CurlHTTPTransport.shared
        }

        /// Describes a client whose credentials come from the environment; see ``S3EnvironmentCredentials``.
        /// - Parameters:
        ///   - provider: the store, and what is known of its kind.
        ///   - transport: nil means libcurl, shared by all clients of the process.
        public init(provider: S3Provider, transport: (any HTTPTransport)? = nil) {
            self.init(provider: provider, credentials: S3EnvironmentCredentials(for: provider), transport: transport)
        }
    }
}

/// Sizes, widths and limits of uploads and downloads.
public struct S3TransferOptions: Sendable, Hashable {
    /// How far an upload is proved against what was sent.
    public struct Proof: Sendable, Hashable {
        enum Base: Sendable, Hashable { case automatic, always, never }
        let base: Base
        /// By MD5 against the store's ETags over https. Over http the signature covers the bytes already, and the
        /// MD5 is computed only for stores that are not known to check it.
        public static let automatic = Proof(base: .automatic)
        /// By MD5 against the store's ETags always.
        public static let always = Proof(base: .always)
        /// No MD5 beyond what the profile's checksum demands: the least CPU.
        public static let never = Proof(base: .never)
    }

    /// The bytes of a part, held to the store's rules. Longer objects get longer parts, so that they fit into the
    /// greatest number of parts; all parts of one upload have one length.
    public var partSize: Int64 = 8 << 20
    /// A body whose length is known and not above this goes as a whole.
    public var multipartThreshold: Int64 = 16 << 20
    /// How many parts are in flight. An upload of a stream holds at most so many parts in memory, the one that is being
    /// filled included.
    public var window: Int = 4
    /// How far uploads are proved.
    public var proof: Proof = .automatic
    /// The time for a whole upload or download, all requests, retries and waits included; nil means no limit.
    public var totalTimeout: Duration?
    /// The bytes of a range of a parallel download.
    public var downloadRangeSize: Int64 = 16 << 20

    /// Makes the default options: parts of 8 MiB, four at a time.
    public init() {}
}
