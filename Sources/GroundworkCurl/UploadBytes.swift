import GroundworkCore

/// A request's body in memory.
///
/// It is let go before the caller hears of the end: who has the only other reference to the bytes may then use their
/// memory again at once, however late the engine's thread comes to tidying up.
final class UploadBytes: Sendable {
    private let chunks: Locked<[[UInt8]]>

    init(_ chunks: [[UInt8]]) { self.chunks = Locked(chunks) }

    /// A chunk; nil behind the last, and after ``release()``.
    func chunk(_ index: Int) -> [UInt8]? {
        chunks.withLock { index < $0.count ? $0[index] : nil }
    }

    /// Lets the bytes go.
    func release() { chunks.withLock { $0 = [] } }
}
