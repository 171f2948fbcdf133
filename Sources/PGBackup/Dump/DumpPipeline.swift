import GroundworkCore
import GroundworkCrypto

/// The content of one data object.
struct StoredPiece: Sendable, Hashable {
    var length: Int64
    var sha256: [UInt8]
}

/// What flowed through a dump: what the manifest says of it.
struct DumpSummary: Sendable, Hashable {
    var archiveLength: Int64
    var archiveSHA256: [UInt8]
    /// What went into each object, in order.
    var objects: [StoredPiece]
    /// The tables' places; nil where the archive was not understood.
    var tables: [BackupManifest.Table]?
    /// Why it was not.
    var fault: ArchiveFault?
}

/// A dump, compressed and counted, as the body of an object, or of several when it is longer than one may be.
actor DumpPipeline {
    private let reader: DumpReader
    private let hash: Digest
    private let progress: ProgressReporter
    private let members: GzipCompression
    private var iterator: GzipCompression.AsyncIterator?
    private let objectLimit: Int64
    private var storedLength: Int64 = 0
    private var objectLength: Int64 = 0
    private var objects: [StoredPiece] = []
    /// The first member of the next object.
    private var waiting: GzipMember?
    private var map = MemberMap()
    private var summaryAtEnd: DumpSummary?

    init(_ dump: ToolProcess, connection: Connection, level: Int, objectLimit: Int64, progress: ProgressReporter) throws
    {
        self.objectLimit = objectLimit
        reader = try DumpReader(dump, connection: connection)
        members = GzipCompression(reader.chunks, level: level)
        hash = try Digest(.sha256)
        self.progress = progress
    }

    /// Whether the dump goes on in another object: ``next()`` has given nil only because this one is full.
    var hasMore: Bool { waiting != nil }

    /// The next compressed bytes: whole gzip members. Nil at the end of an object; the next call begins another one.
    func next() async throws -> [UInt8]? {
        if summaryAtEnd != nil { return nil }
        if let member = waiting {
            waiting = nil
            return take(member)
        }
        var reading = iterator ?? members.makeAsyncIterator()
        let member = try await reading.next()
        iterator = reading
        if let member {
            guard objectLength == 0 || Int64(member.bytes.count) <= objectLimit - objectLength else {
                try endObject()
                waiting = member
                return nil
            }
            return take(member)
        }
        guard let archiveSHA256 = await reader.sha256 else {
            throw PGBackupError(.incompleteDump, "The compressed dump ended before the dump did.")
        }
        try endObject()
        summaryAtEnd = DumpSummary(
            archiveLength: await reader.length,
            archiveSHA256: archiveSHA256,
            objects: objects,
            tables: await reader.index.flatMap { TableIndex.tables(of: $0, map) },
            fault: await reader.fault
        )
        return nil
    }

    private func take(_ member: GzipMember) -> [UInt8] {
        storedLength += Int64(member.bytes.count)
        objectLength += Int64(member.bytes.count)
        hash.update(member.bytes)
        map.append(input: member.inputRange.upperBound, output: member.outputRange.upperBound)
        progress.update(archiveBytes: member.inputRange.upperBound, storedBytes: storedLength)
        return member.bytes
    }

    private func endObject() throws {
        objects.append(StoredPiece(length: objectLength, sha256: try hash.finalize()))
        objectLength = 0
    }

    /// What went through, once everything did.
    /// - Throws: what the dump threw.
    func summary() async throws -> DumpSummary {
        if let summaryAtEnd { return summaryAtEnd }
        throw await reader.failure
            ?? PGBackupError(
                .storeFailed,
                "The store reported success before it had read the whole dump. This is a fault of the store."
            )
    }

    /// What ended the dump, if that was not its good end.
    var failure: (any Error)? {
        get async { await reader.failure }
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
