import FoundationEssentials
import GroundworkCore

/// A directory that only its owner can enter, removed with all that is in it when `body` ends.
public func withTemporaryDirectory<Result>(
    _ body: (String) async throws -> Result
) async throws -> Result {
    let base = FileManager.default.temporaryDirectory.path
    let path = "\(base)/groundwork-test-\(Hex.encode(SystemRandom().bytes(8)))"
    try FileManager.default.createDirectory(
        atPath: path,
        withIntermediateDirectories: false,
        attributes: [.posixPermissions: 0o700]
    )
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}
