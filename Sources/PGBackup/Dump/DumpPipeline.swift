import GroundworkCore
import GroundworkCrypto

/// What flowed through a dump: what the manifest says of it.
struct DumpSummary: Sendable, Hashable {
    var archiveLength: Int64
    var archiveSHA256: [UInt8]
    var storedLength: Int64
    var storedSHA256: [UInt8]
}

/// pg_dump's output, compressed and counted, as the body of an object.
///
/// It ends only when pg_dump has exited with status 0 and a whole archive came out; in every other case it throws, so
/// that a store aborts the upload instead of keeping half a dump.
actor DumpPipeline {
    private let dump: ToolProcess
    private let connection: Connection
    private let encoder: SerialGzipEncoder
    private let archiveHash: Digest
    private let storedHash: Digest
    private let progress: ProgressReporter
    private var archiveLength: Int64 = 0
    private var storedLength: Int64 = 0
    private var state = State.reading

    private enum State {
        case reading
        case ended(DumpSummary)
        case failed(any Error)
    }

    init(_ dump: ToolProcess, connection: Connection, level: Int, progress: ProgressReporter) throws {
        self.dump = dump
        self.connection = connection
        self.progress = progress
        encoder = try SerialGzipEncoder(level: level)
        archiveHash = try Digest(.sha256)
        storedHash = try Digest(.sha256)
    }

    /// The next compressed bytes.
    func next() async throws -> [UInt8]? {
        switch state {
        case .ended: return nil
        case .failed(let error): throw error
        case .reading: break
        }
        do {
            while let chunk = try await dump.output?.next() {
                archiveLength += Int64(chunk.count)
                archiveHash.update(chunk)
                let compressed = encoder.append(chunk)
                progress.update(archiveBytes: archiveLength, storedBytes: storedLength)
                if !compressed.isEmpty { return record(compressed) }
            }
            let last = encoder.finish()
            if !last.isEmpty { return record(last) }
            state = .ended(try await conclude())
            return nil
        } catch {
            state = .failed(error)
            throw error
        }
    }

    /// What went through, once everything did.
    /// - Throws: what the stream threw.
    func summary() throws -> DumpSummary {
        switch state {
        case .ended(let summary): return summary
        case .failed(let error): throw error
        case .reading:
            throw PGBackupError(
                .storeFailed,
                "The store reported success before it had read the whole dump. This is a fault of the store."
            )
        }
    }

    /// What the stream threw, if it did.
    var failure: (any Error)? {
        if case .failed(let error) = state { error } else { nil }
    }

    private func record(_ bytes: [UInt8]) -> [UInt8] {
        storedLength += Int64(bytes.count)
        storedHash.update(bytes)
        return bytes
    }

    private func conclude() async throws -> DumpSummary {
        let exit = await dump.exit()
        try Task.checkCancellation()
        guard exit.isSuccess else { throw ToolFailure.error(for: dump, exit, connection: connection) }
        // A header alone has 11 bytes.
        guard archiveLength > 11 else {
            throw PGBackupError(
                .incompleteDump,
                "\(dump.command.executable) reported success but wrote \(archiveLength) bytes, which is no archive. Check "
                    + "that it is PostgreSQL's own program.",
                toolOutput: connection.redact(dump.errorText)
            )
        }
        return DumpSummary(
            archiveLength: archiveLength,
            archiveSHA256: try archiveHash.finalize(),
            storedLength: storedLength,
            storedSHA256: try storedHash.finalize()
        )
    }

    /// The stream, to be read once.
    nonisolated var bytes: Bytes { Bytes(pipeline: self) }

    /// A dump as a sequence of chunks.
    struct Bytes: AsyncSequence, Sendable {
        typealias Element = [UInt8]
        typealias Failure = any Error

        fileprivate let pipeline: DumpPipeline

        func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pipeline: pipeline) }

        struct AsyncIterator: AsyncIteratorProtocol {
            fileprivate let pipeline: DumpPipeline

            mutating func next() async throws -> [UInt8]? { try await pipeline.next() }
        }
    }
}
