import Glibc
import GroundworkCore
import GroundworkStorage

/// The tar archive in one of the template's objects, decompressed as it is read.
struct LegacyArchive {
    /// A tar ends in at least two empty blocks (POSIX, ustar interchange format); pg_restore is content with less.
    private static let smallest: Int64 = 1024
    private static let heldBack = 1024

    private let key: String
    private let content: ObjectContent
    private let size: Int64
    private let location: String
    private let progress: ProgressReporter

    init(_ key: String, store: any ObjectStore, progress: ProgressReporter) async throws {
        self.key = key
        self.progress = progress
        location = store.location
        do {
            let object = try await store.get(key)
            content = object.content
            size = object.info.size
        } catch let error as ObjectStoreError where error.code == .notFound {
            throw PGBackupError(
                .backupNotFound,
                "There is no object \(key) in \(store.location). List the template's objects, and take the whole key."
            )
        }
    }

    /// The oldest programs that read it, by the version of the archive in its table of contents, `toc.dat`, which pg_dump
    /// writes first; 0 where that cannot be told. Programs of 16 write and read 1.15, those of 17 and later 1.16.
    func oldestReader() async throws -> PostgresVersion {
        let decoder: GzipDecoder
        do { decoder = try GzipDecoder() } catch { throw PGBackupError(.systemFailure, error.reason) }
        var head: [UInt8] = []
        reading: for try await chunk in content {
            decoder.feed(chunk)
            while let piece = try next(decoder) {
                head += piece
                if head.count >= Self.headLength { break reading }
            }
        }
        return Self.oldestReader(of: head)
    }

    /// A block of tar's, and then `PGDMP` and the version.
    private static let headLength = 512 + 7

    static func oldestReader(of head: [UInt8]) -> PostgresVersion {
        let unknown = PostgresVersion(number: 0)
        guard head.count >= headLength, head.starts(with: "toc.dat\0".utf8),
            head[512..<517].elementsEqual("PGDMP".utf8), head[517] == 1
        else { return unknown }
        return switch head[518] {
        case ...14: unknown
        case 15: PostgresVersion(number: 160_000)
        default: PostgresVersion(number: 170_000)
        }
    }

    /// Streams it into pg_restore, which gets its last bytes only once gzip's checksum agreed.
    /// - Parameter failure: makes the error for a pg_restore that did not exit with 0; nil when that is no failure.
    /// - Returns: how many bytes the archive has.
    func feed(_ process: ToolProcess, failure: (ToolExit) -> PGBackupError?) async throws -> Int64 {
        let decoder: GzipDecoder
        do { decoder = try GzipDecoder() } catch { throw PGBackupError(.systemFailure, error.reason) }
        var (length, stored) = (0 as Int64, 0 as Int64)
        var held: [UInt8] = []
        var writes = true
        for try await chunk in content {
            stored += Int64(chunk.count)
            decoder.feed(chunk)
            while let piece = try next(decoder) {
                length += Int64(piece.count)
                progress.update(archiveBytes: length, storedBytes: stored)
                guard writes else { continue }
                held += piece
                guard held.count > Self.heldBack else { continue }
                let part = Array(held.dropLast(Self.heldBack))
                held.removeFirst(part.count)
                writes = try await write(part, process, failure)
            }
        }
        do throws(GzipError) { try decoder.finish() } catch { throw damaged(error.reason) }
        guard length >= Self.smallest else { throw damaged("it holds \(length) bytes, which is no tar archive") }
        if writes { writes = try await write(held, process, failure) }
        if writes { try? await process.input?.finish() }
        let exit = await process.exit()
        try Task.checkCancellation()
        if !exit.isSuccess, let error = failure(exit) { throw error }
        return length
    }

    private func next(_ decoder: GzipDecoder) throws -> [UInt8]? {
        do throws(GzipError) { return try decoder.next() } catch { throw damaged(error.reason) }
    }

    private func damaged(_ why: String) -> PGBackupError {
        PGBackupError(
            .dataCorrupted,
            "The object \(key) in \(location) (\(size) bytes) is not a whole archive: \(why). The template does not notice "
                + "when pg_dump is killed; take an older object."
        )
    }

    /// - Returns: false when pg_restore has succeeded and reads no more.
    private func write(
        _ bytes: [UInt8],
        _ process: ToolProcess,
        _ failure: (ToolExit) -> PGBackupError?
    ) async throws -> Bool {
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
