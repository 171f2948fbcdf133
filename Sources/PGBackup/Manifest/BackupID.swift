public import FoundationEssentials
import GroundworkCore

/// The name of one backup: the second it was begun in UTC, and 128 random bits: `20261122T030000Z-0123…def`.
///
/// Ids sort by time.
public struct BackupID: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    /// The id as text.
    public let text: String

    /// Makes the id of a backup that begins now.
    init(_ date: Date, random: some RandomSource) {
        text = "\(UTCDateTime(date).basicISO8601)-\(Hex.encode(random.bytes(16)))"
    }

    /// Reads an id; nil if the text is not one.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 16, UTCDateTime(iso8601: parts[0]) != nil,
            parts[1].utf8.count == 32, Hex.decode(parts[1]) != nil, text == text.lowercasedASCII().uppercasingTimeMarks
        else { return nil }
        self.text = text
    }

    /// When the backup was begun.
    public var date: Date { UTCDateTime(iso8601: text.prefix(16))?.date ?? Date(timeIntervalSince1970: 0) }

    /// The text.
    public var description: String { text }

    /// By time.
    public static func < (lhs: BackupID, rhs: BackupID) -> Bool { lhs.text < rhs.text }

    /// Reads an id.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = BackupID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "It is not the id of a backup.")
        }
        self = id
    }

    /// Writes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension String {
    /// The `T` and `Z` of a time written large again.
    fileprivate var uppercasingTimeMarks: String {
        String(decoding: utf8.map { $0 == 0x74 ? 0x54 : $0 == 0x7A ? 0x5A : $0 }, as: UTF8.self)
    }
}
