import FoundationEssentials
import GroundworkCore

/// What retention needs to know of every backup in one small object, so that ten thousand manifests need not be read each
/// time. Manifests are never changed: an entry holds as long as the store names the same content (ETag and size).
///
/// It is a cache and no more. A backup is deleted only after its own manifest was read and agrees.
struct BackupCatalog: Sendable, Codable {
    struct Entry: Sendable, Codable {
        var id: BackupID
        var etag: String
        var size: Int64
        /// Milliseconds since 1970, as exact as manifests are.
        var begun: Int64
        var source: String
        var length: Int64
        /// How many seconds it took; nil in catalogs of versions that did not keep it.
        var seconds: Double?
        /// The URL's name for the database where the server has another for it.
        var alias: String?

        init?(_ candidate: RetentionCandidate, etag: String?, size: Int64, seconds: Double) {
            guard let etag else { return nil }
            self.seconds = seconds
            id = candidate.id
            self.etag = etag
            self.size = size
            begun = Self.milliseconds(candidate.date)
            source = candidate.source
            alias = candidate.alias
            length = candidate.storedLength
        }

        /// The time of a manifest in whole milliseconds; its text has no more, its number may be a trifle off.
        static func milliseconds(_ date: Date) -> Int64 {
            let value = date.timeIntervalSince1970 * 1000
            return value.isFinite ? Int64(min(max(value.rounded(), -1e15), 1e15)) : 0
        }

        var candidate: RetentionCandidate {
            var candidate = RetentionCandidate(
                id: id,
                date: Date(timeIntervalSince1970: Double(begun) / 1000),
                source: source,
                storedLength: length
            )
            candidate.alias = alias
            return candidate
        }
    }

    static let sizeLimit = 64 << 20

    var formatVersion = 1
    var entries: [Entry] = []

    init() {}

    /// Nil for what this version cannot read.
    static func decode(_ bytes: [UInt8]) -> BackupCatalog? {
        guard let catalog = try? JSONDecoder().decode(BackupCatalog.self, from: Data(bytes)),
            catalog.formatVersion == 1
        else { return nil }
        return catalog
    }

    func encoded() throws -> [UInt8] { Array(try JSONEncoder().encode(self)) }
}
