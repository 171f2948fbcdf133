import Glibc
import GroundworkCore

/// The file behind a ``FileSuppressionStore``. Its calls block.
struct SuppressionLog: Sendable {
    private let path: String
    private let lock: OpenFile
    private var file: OpenFile
    /// Where the last whole line ends.
    private var end: Int64
    /// How many lines there are.
    private(set) var lineCount: Int

    /// The largest file that is read, in bytes.
    private static let largestFile: Int64 = 1 << 30

    /// Opens the file and reads it.
    static func open(_ path: String, maximumCount: Int) throws -> (SuppressionLog, SuppressionTable) {
        let lock = try open("\(path).lock")
        var tries = 0
        while flock(lock.descriptor, LOCK_EX | LOCK_NB) != 0 {
            tries += 1
            guard errno == EWOULDBLOCK || errno == EINTR, tries < 50 else {
                throw MailError(
                    .invalidConfiguration,
                    "The suppression store \(path) is in use by another store; give each process a file of its own, or a "
                        + "database."
                )
            }
            // The store that was let go a moment ago may still be on its way out.
            usleep(10_000)
        }
        let file = try open(path)
        guard try file.isRegular(), try file.length() <= largestFile else {
            throw MailError(
                .invalidConfiguration,
                "The suppression store \(path) is no regular file, or larger than 1 GiB."
            )
        }
        // Whoever made it may have let others read it.
        guard fchmod(file.descriptor, 0o600) == 0 else { throw SystemCallError.last("fchmod", path: path) }
        var table = SuppressionTable(maximumCount: maximumCount)
        var log = SuppressionLog(path: path, lock: lock, file: file, end: 0, lineCount: 0)
        try log.read(into: &table)
        return (log, table)
    }

    private static func open(_ path: String) throws(MailError) -> OpenFile {
        do throws(SystemCallError) {
            return try OpenFile(path, flags: O_RDWR | O_CREAT | O_NONBLOCK | O_NOFOLLOW, mode: 0o600)
        } catch {
            throw MailError(
                .invalidConfiguration,
                "The suppression store cannot be opened: \(error)",
                underlyingError: error
            )
        }
    }

    /// Reads all whole lines, gives the last one its end where that is missing, and cuts off what a crash left of one.
    private mutating func read(into table: inout SuppressionTable) throws {
        var rest: [UInt8] = []
        var offset: Int64 = 0
        while true {
            let chunk = try file.read(256 << 10, at: offset)
            if chunk.isEmpty { break }
            offset += Int64(chunk.count)
            rest += chunk
            var start = 0
            while let newline = rest[start...].firstIndex(of: 0x0A) {
                try take(Array(rest[start..<newline]), into: &table)
                end += Int64(newline + 1 - start)
                start = newline + 1
            }
            rest.removeFirst(start)
            guard rest.count <= SuppressionLine.longestLine else { throw unreadable }
        }
        if SuppressionLine(rest) != nil {
            // Whole but for its end, as an editor or a crash may leave it.
            try take(rest, into: &table)
            try file.write([0x0A], at: offset)
            try file.synchronize()
            end = offset + 1
            return
        }
        guard rest.isEmpty || Self.isTorn(rest) else { throw unreadable }
        if end < offset {
            guard ftruncate(file.descriptor, off_t(end)) == 0 else {
                throw SystemCallError.last("ftruncate", path: path)
            }
            try file.synchronize()
        }
    }

    /// A beginning of a line, or zeros, as file systems leave them behind after a crash.
    private static func isTorn(_ rest: [UInt8]) -> Bool {
        rest.first == UInt8(ascii: "{") || rest.allSatisfy { $0 == 0 }
    }

    private mutating func take(_ line: [UInt8], into table: inout SuppressionTable) throws(MailError) {
        lineCount += 1
        switch SuppressionLine(line) {
        case .entry(let suppression): try table.insert(suppression)
        case .release(let address): _ = table.remove(address)
        case nil: throw unreadable
        }
    }

    private var unreadable: MailError {
        MailError(
            .invalidConfiguration,
            "Line \(lineCount) of the suppression store \(path) is none; mend the file, or take the line out."
        )
    }

    /// Writes a line behind the last one, and waits for the disk.
    mutating func append(_ line: SuppressionLine) throws {
        let bytes = line.bytes
        do {
            try file.write(bytes, at: end)
            try file.synchronize()
        } catch {
            // Half a line must not become the beginning of the next.
            _ = ftruncate(file.descriptor, off_t(end))
            throw error
        }
        end += Int64(bytes.count)
        lineCount += 1
    }

    /// Puts a file with these entries alone in the place of the present one: it is whole or not there.
    mutating func rewrite(_ entries: [Suppression]) throws {
        let temporary = "\(path).part"
        do {
            let file = try OpenFile(temporary, flags: O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o600)
            var written: Int64 = 0
            var buffer: [UInt8] = []
            for entry in entries {
                buffer += SuppressionLine.entry(entry).bytes
                guard buffer.count > 256 << 10 else { continue }
                try file.write(buffer, at: written)
                written += Int64(buffer.count)
                buffer = []
            }
            try file.write(buffer, at: written)
            written += Int64(buffer.count)
            try file.synchronize()
            guard unsafe Glibc.rename(temporary, path) == 0 else { throw SystemCallError.last("rename", path: path) }
            self.file = file
            end = written
            lineCount = entries.count
        } catch {
            unsafe unlink(temporary)
            throw error
        }
        // The new name itself.
        let directory = path.utf8.lastIndex(of: 0x2F).map { String(path[...$0]) } ?? "."
        if let folder = try? OpenFile(directory, flags: O_RDONLY | O_DIRECTORY) { try? folder.synchronize() }
    }
}
