public import HTTPTypes

/// How one request is carried: what may be replayed, how long each stage may take, how much may come back.
public struct HTTPRequestOptions: Sendable, Hashable {
    /// Whether a transport may send the request a second time by itself when a kept-alive connection turns out dead.
    public struct Replay: Sendable, Hashable {
        enum Base: Hashable { case automatic, never, ifNothingSent, always }
        let base: Base

        /// ``always`` for GET, HEAD, PUT and DELETE, ``never`` for everything else. The default.
        public static let automatic = Replay(base: .automatic)
        /// Never: a lost connection is ``HTTPTransportError/Code/outcomeUnknown``.
        public static let never = Replay(base: .never)
        /// Only while no byte of the request was sent.
        public static let ifNothingSent = Replay(base: .ifNothingSent)
        /// Whenever the body can be read again.
        public static let always = Replay(base: .always)

        /// The rule that holds for a method: resolves ``automatic``.
        public func resolved(for method: HTTPRequest.Method) -> Replay {
            guard base == .automatic else { return self }
            return [.get, .head, .put, .delete].contains(method) ? .always : .never
        }
    }

    /// Which versions of HTTP may be spoken.
    public struct Version: Sendable, Hashable {
        enum Base: Hashable { case http1, automatic }
        let base: Base

        /// HTTP/1.1 only: one connection for each request in flight. Best for bulk transfer.
        public static let http1 = Version(base: .http1)
        /// HTTP/2 where a TLS server offers it, else HTTP/1.1.
        public static let automatic = Version(base: .automatic)
    }

    /// Whether the transport may replay by itself.
    public var replay: Replay = .automatic
    /// Which versions of HTTP may be spoken.
    public var version: Version = .automatic
    /// From the call until a connection is free or may be opened, where a transport limits their number; nil means no
    /// limit of its own.
    public var connectionWaitTimeout: Duration? = .seconds(60)
    /// Until the connection stands, TLS included.
    public var connectTimeout: Duration = .seconds(10)
    /// From the last byte of the request to the head of the response; nil means no limit of its own.
    public var responseHeadTimeout: Duration? = .seconds(60)
    /// No byte moving in either direction for this long ends the exchange; nil means no limit.
    ///
    /// Time in which the *caller* does not read the body or produce its bytes does not count.
    public var stallTimeout: Duration? = .seconds(60)
    /// From the call to the last byte of the response's body; nil means no limit.
    public var totalTimeout: Duration?
    /// The most bytes that status line and header fields may have together.
    public var maximumHeadBytes: Int = 256 * 1024
    /// The most bytes that a streamed body may have; nil means no limit.
    public var maximumBodyBytes: Int64?
    /// The most bytes that are collected into memory where a call collects.
    public var maximumCollectedBytes: Int = 8 << 20
    /// Told how far the request came.
    package var probe: HTTPSendProbe?

    /// Makes the default options.
    public init() {}
}
