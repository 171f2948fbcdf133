import FoundationEssentials
import GroundworkCore

/// What a lease object says.
struct LeaseContent: Sendable, Hashable, Codable {
    /// The format's version.
    var formatVersion = 1
    /// 128 random bits that tell one run from all others.
    var holder: String
    /// How long it is valid after it was written, in seconds. Nobody compares wall clocks with it.
    var seconds: Double
    /// Counts the renewals: every renewal has another content, and so another ETag.
    var renewal: Int
    /// Whether its holder has let go of it.
    var isReleased: Bool
    /// The advisory lock that its holder holds too: server, database and key; nil when it holds none.
    var lock: String?
    /// For people: when it was written, by the holder's clock.
    var writtenAt: String

    /// The most bytes that are read.
    static let sizeLimit = 4096

    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return Array(try encoder.encode(self)) + [0x0A]
    }

    /// Nil for what this version cannot read.
    static func decode(_ bytes: [UInt8]) -> LeaseContent? {
        guard let content = try? JSONDecoder().decode(LeaseContent.self, from: Data(bytes)),
            content.formatVersion == 1, content.seconds.isFinite
        else { return nil }
        return content
    }
}

/// How long a lease is valid, and what follows from it.
struct LeaseTerms: Sendable, Hashable {
    /// How long a lease is valid after it was written.
    var validity: Duration = .seconds(60)

    /// The shortest and the longest that a foreign lease is believed in.
    private static let believable = 5.0...3600.0

    /// How long after the last renewal the next one is due.
    var renewal: Duration { validity / 3 }

    /// How long a contender must see a lease unchanged before it takes it over: longer than its holder believes in it, by
    /// a fifth for monotonic clocks that do not run alike.
    static func patience(with content: LeaseContent?, own: LeaseTerms) -> Duration {
        let seconds = content.map { min(max($0.seconds, believable.lowerBound), believable.upperBound) }
        return .seconds((seconds ?? own.validity.seconds) * 1.2)
    }
}
