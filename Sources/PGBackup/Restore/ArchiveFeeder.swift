import Glibc
import GroundworkCore

/// Feeds an archive into pg_restore and judges the outcome.
struct ArchiveFeeder {
    /// Bytes kept back until the whole archive is proved. pg_restore cannot finish without them.
    private static let heldBack = 64

    let source: ArchiveSource

    /// Streams everything; returns when pg_restore has succeeded and the archive is proved.
    /// - Parameter failure: makes the error for a pg_restore that did not exit with 0; nil when that is no failure.
    func run(into process: ToolProcess, failure: (ToolExit) -> PGBackupError?) async throws {
        var held: [UInt8] = []
        var writes = true
        while let piece = try await source.next() {
            guard writes else { continue }
            if piece.count >= Self.heldBack {
                writes = try await write(held, to: process, failure: failure)
                held = piece
            } else {
                held += piece
            }
        }
        // The source ended without an error: every byte is what was stored.
        if writes { writes = try await write(held, to: process, failure: failure) }
        if writes { try? await process.input?.finish() }
        let exit = await process.exit()
        try Task.checkCancellation()
        if !exit.isSuccess, let error = failure(exit) { throw error }
    }

    /// - Returns: false when pg_restore has succeeded and reads no more.
    private func write(_ bytes: [UInt8], to process: ToolProcess, failure: (ToolExit) -> PGBackupError?) async throws
        -> Bool
    {
        do {
            try await process.input?.write(bytes)
            return true
        } catch let error as SystemCallError where error.number == EPIPE {
            let exit = await process.exit()
            try Task.checkCancellation()
            if !exit.isSuccess, let error = failure(exit) { throw error }
            return false
        }
    }
}
