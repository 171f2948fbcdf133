public import FoundationEssentials
import GroundworkCore

/// A backup that the Railway template postgres-s3-backups has stored: `PREFIX-2026-01-25T05-00-00-123Z.tar.gz`, a
/// `pg_dump --format=tar` in gzip.
///
/// There is no manifest and no checksum beside it. It can be listed and restored; retention never touches it.
public struct LegacyBackup: Sendable, Hashable {
    /// The object's key.
    public var key: String
    /// When it was begun, as its name says.
    public var date: Date
    /// Its length in bytes.
    public var size: Int64

    /// Reads a key; nil if it is not one of the template's.
    /// - Parameter prefix: `BACKUP_FILE_PREFIX`, with the folder of `BUCKET_SUBFOLDER` before it.
    init?(key: String, size: Int64, prefix: String) {
        let end = ".tar.gz"
        guard key.hasPrefix("\(prefix)-"), key.hasSuffix(end) else { return nil }
        // 2026-01-25T05-00-00-123Z
        let text = Array(key.utf8.dropFirst(prefix.utf8.count + 1).dropLast(end.utf8.count))
        guard text.count == 24, text[19] == 0x2D, text[23] == 0x5A,
            text[20..<23].allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        var time = text.prefix(19)
        guard time[13] == 0x2D, time[16] == 0x2D else { return nil }
        time[13] = 0x3A
        time[16] = 0x3A
        guard let date = UTCDateTime(iso8601: String(decoding: time, as: UTF8.self) + "Z") else { return nil }
        self.key = key
        self.size = size
        self.date = date.date
    }
}
