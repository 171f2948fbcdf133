public import FoundationEssentials
import GroundworkCore

/// A time zone of the IANA database, such as `Europe/Berlin`: read from the system's zoneinfo files, since
/// `FoundationEssentials` knows no zones by name on Linux.
///
/// `UTC` is always there; all others need the system's zone files (Debian's package `tzdata`) or a folder named by
/// `TZDIR`.
public struct IANATimeZone: Sendable, Hashable, CustomStringConvertible {
    /// The zone's name.
    public let identifier: String
    let rules: TimeZoneRules

    /// Coordinated universal time.
    public static let utc = IANATimeZone(identifier: "UTC", rules: .fixed(0))

    init(identifier: String, rules: TimeZoneRules) {
        self.identifier = identifier
        self.rules = rules
    }

    /// Reads the rules of a zone from a file's bytes: TZif of version 1 to 4 (RFC 9636).
    /// - Throws: ``TimeZoneError`` with ``TimeZoneError/Code/invalidData``.
    public init(identifier: String, tzif bytes: [UInt8]) throws(TimeZoneError) {
        self.identifier = identifier
        do throws(TZifFault) {
            rules = try TZifReader.read(bytes)
        } catch {
            throw TimeZoneError(
                .invalidData,
                identifier,
                "The rules of the time zone \(identifier.debugDescription) cannot be read: \(error)."
            )
        }
    }

    /// How many seconds the zone's clocks are ahead of UTC at a time.
    public func secondsFromUTC(at date: Date) -> Int {
        rules.segment(containing: UTCDateTime(date).secondsSince1970).offset
    }

    /// The name.
    public var description: String { identifier }

    /// The time as the zone's clocks show it, with its distance from UTC: `2026-03-29 03:00:00 +02:00`.
    public func text(of date: Date) -> String {
        let seconds = UTCDateTime(date).secondsSince1970
        let offset = rules.segment(containing: seconds).offset
        let local = UTCDateTime(secondsSince1970: seconds + offset).rfc3339
        let distance = UTCDateTime(secondsSince1970: abs(offset)).rfc3339
        // Of RFC 3339, the day and the clock; of the distance, hours and minutes.
        let sign = offset < 0 ? "-" : "+"
        return "\(local.prefix(10)) \(local.dropFirst(11).prefix(8)) \(sign)\(distance.dropFirst(11).prefix(5))"
    }

    /// The same without seconds, and with UTC by its name: `2026-03-29 05:00 UTC`.
    func minuteText(of date: Date) -> String {
        let text = text(of: date)
        return "\(text.prefix(16)) \(text.hasSuffix("+00:00") ? "UTC" : String(text.suffix(6)))"
    }
}

/// Why a time zone is not to be had.
public struct TimeZoneError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure. The set is open: a `switch` needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// The text cannot be the name of a zone.
        public static let invalidIdentifier = Code("invalidIdentifier")
        /// There are zone files, but none of this name.
        public static let unknownZone = Code("unknownZone")
        /// There are no zone files on this machine.
        public static let noZoneFiles = Code("noZoneFiles")
        /// The zone's file is damaged or of a kind that is not read.
        public static let invalidData = Code("invalidData")

        /// The code's name.
        public var description: String { name }
    }

    /// The kind of failure.
    public let code: Code
    /// The name that was asked for, cut to 100 bytes.
    public let identifier: String
    /// A full sentence with the remedy.
    public let message: String

    init(_ code: Code, _ identifier: String, _ message: String) {
        self.code = code
        self.identifier = String(decoding: identifier.utf8.prefix(100), as: UTF8.self)
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
