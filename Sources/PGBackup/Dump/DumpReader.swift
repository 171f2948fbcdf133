import GroundworkCore

/// pg_dump's output as it is to be compressed: counted and hashed.
///
/// It ends only when pg_dump has exited with status 0 and a whole archive came out; in every other case it throws, so
/// that everything behind it, the store last, drops what it has instead of keeping half a dump.
actor DumpReader {
    private let dump: ToolProcess
    private let connection: Connection
    private let archive: ArchiveReader
    /// What the archive holds, once it was read to its end and understood.
    private(set) var index: ArchiveIndex?
    /// Why the archive was not understood, if so. It is stored all the same.
    private(set) var fault: ArchiveFault?
    private(set) var length: Int64 = 0
    private(set) var sha256: [UInt8]?
    /// What ended it, if that was not the end of a good dump.
    private(set) var failure: (any Error)?

    init(_ dump: ToolProcess, connection: Connection) throws {
        self.dump = dump
        self.connection = connection
        archive = try ArchiveReader(hashes: true)
    }

    fileprivate func next() async throws -> GzipInput? {
        if let failure { throw failure }
        if sha256 != nil { return nil }
        do {
            if let chunk = try await dump.output?.next() {
                length += Int64(chunk.count)
                return GzipInput(chunk, cuts: archive.feed(chunk))
            }
            try await conclude()
            return nil
        } catch {
            failure = error
            throw error
        }
    }

    private func conclude() async throws {
        let exit = await dump.exit()
        try Task.checkCancellation()
        guard exit.isSuccess else { throw ToolFailure.error(for: dump, exit, connection: connection) }
        // A header alone has 11 bytes.
        guard length > 11 else {
            throw PGBackupError(
                .incompleteDump,
                "\(dump.command.executable) reported success but wrote \(length) bytes, which is no archive. Check that it "
                    + "is PostgreSQL's own program.",
                toolOutput: connection.redact(dump.errorText)
            )
        }
        switch archive.finish() {
        case .complete: index = archive.index
        case .opaque(let fault) where fault.code == .trailingBytes:
            // The archive was understood to its last block: what follows is not pg_dump's.
            throw PGBackupError(
                .incompleteDump,
                "\(dump.command.executable) reported success, but its output is no whole archive: \(fault). Check that it is "
                    + "PostgreSQL's own program and that nothing else writes to its output.",
                toolOutput: connection.redact(dump.errorText)
            )
        case .opaque(let fault): self.fault = fault
        case .incomplete(let place):
            throw PGBackupError(
                .incompleteDump,
                "\(dump.command.executable) reported success, but its archive is cut off: \(place). Run it again; if that "
                    + "does not help, look into the log of the server.",
                toolOutput: connection.redact(dump.errorText),
                isRetryable: true
            )
        }
        sha256 = try archive.sha256()
    }

    /// The stream, to be read once.
    nonisolated var chunks: Chunks { Chunks(reader: self) }

    /// A dump as a sequence of chunks.
    struct Chunks: AsyncSequence, Sendable {
        typealias Element = GzipInput
        typealias Failure = any Error

        fileprivate let reader: DumpReader

        func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader: reader) }

        struct AsyncIterator: AsyncIteratorProtocol {
            fileprivate let reader: DumpReader

            mutating func next() async throws -> GzipInput? { try await reader.next() }
        }
    }
}
