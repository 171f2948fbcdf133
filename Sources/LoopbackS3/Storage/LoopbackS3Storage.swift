/// Where the server keeps the bytes of objects. Keys and metadata are always in memory.
public struct LoopbackS3Storage: Sendable, Hashable {
    enum Base: Sendable, Hashable { case memory, directory(String), discard }
    let base: Base

    /// In memory.
    public static let memory = Self(base: .memory)

    /// In files below a directory, which is there and belongs to the caller. The server works in a folder of its own
    /// and removes that when it stops.
    public static func directory(_ path: String) -> Self { Self(base: .directory(path)) }

    /// Nowhere: bytes are counted and dropped, and only those hashes are computed that a request asks for. Reading an
    /// object gives zeros; its ETag says nothing of the content. For measuring clients.
    public static let discard = Self(base: .discard)
}
