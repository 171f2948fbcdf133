/// Decides when the kernel may gather what a fast server sends by TLS before it wakes the engine, and when OpenSSL may take
/// all of that at once.
///
/// To be woken for each record of 16 KiB, and to acknowledge each to the server, costs both sides more than to move them.
/// `SO_RCVLOWAT` (socket(7)) lets the kernel report a socket only once that many bytes wait there; its end and its errors
/// it reports in any case. While it gathers, the connection reads ahead (SSL_CTX_set_read_ahead(3)): one system call for all
/// records, not two for each. libcurl decrypts one of them and goes back to the socket, so the engine calls it until none is
/// left. This is a value: it is told of bytes and of time, and says which mark the socket is to have.
///
/// Nobody waits for long: the mark is set only after bytes came in a run, and while more is to come than it holds; and it
/// is taken back when none came within ``patience``.
struct ReceiveGathering {
    /// How many bytes are gathered.
    static let mark: Int32 = 128 << 10
    /// How many bytes a connection takes from its socket at once: the mark, and the record that it cuts.
    static let room = Int(mark) + (32 << 10)
    /// How many milliseconds bytes may wait that are fewer than the mark.
    static let patience: Int64 = 5
    /// How many bytes must have come in a run.
    private static let run: Int64 = 1 << 20
    /// Smaller bodies are not worth to be looked at.
    static let worthwhile: Int64 = 2 << 20

    /// Whether the socket has the mark, so that ``looked()`` must be called every ``patience``.
    private(set) var isGathering = false
    private var came: Int64 = 0
    private var cameSinceLook = false

    /// Notes bytes of a body.
    /// - Parameter left: how many follow for certain.
    /// - Returns: the mark that the socket is to have from now on; nil: it stays.
    mutating func received(_ count: Int, left: Int64) -> Int32? {
        came += Int64(count)
        cameSinceLook = true
        if isGathering {
            guard left < 2 * Int64(Self.mark) else { return nil }
            isGathering = false
            return 1
        }
        guard came >= Self.run, left >= 4 * Int64(Self.mark) else { return nil }
        isGathering = true
        return Self.mark
    }

    /// Notes that ``patience`` has passed.
    /// - Returns: the mark that the socket is to have from now on; nil: it stays.
    mutating func looked() -> Int32? {
        defer { cameSinceLook = false }
        guard isGathering, !cameSinceLook else { return nil }
        isGathering = false
        came = 0
        return 1
    }
}
