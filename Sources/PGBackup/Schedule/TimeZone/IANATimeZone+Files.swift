import FoundationEssentials
import Glibc
public import GroundworkCore

extension IANATimeZone {
    /// Where systems keep zone files.
    private static let systemDirectories = [
        "/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo",
    ]
    /// The largest file of the database has 4 KiB.
    private static let sizeLimit = 256 << 10

    /// Finds a zone by name.
    /// - Parameters:
    ///   - identifier: such as `Europe/Berlin`; `UTC` needs no file.
    ///   - environment: `TZDIR` in it names a folder of zone files that is used instead of the system's; nil: the
    ///     process's environment.
    /// - Throws: ``TimeZoneError`` that names the zone and the remedy.
    public init(
        _ identifier: String,
        environment: [String: String]? = nil
    ) throws(TimeZoneError) {
        let shown = String(decoding: identifier.utf8.prefix(100), as: UTF8.self).debugDescription
        guard Self.isPlausible(identifier) else {
            throw TimeZoneError(
                .invalidIdentifier,
                identifier,
                "\(shown) is no name of a time zone. Use one of the IANA database, such as Europe/Berlin, or UTC."
            )
        }
        if ["UTC", "Etc/UTC", "Etc/UCT", "UCT", "Zulu", "Etc/Zulu"].contains(identifier) {
            self.init(identifier: identifier, rules: .fixed(0))
            return
        }
        let own = (environment ?? ProcessInfo.processInfo.environment)["TZDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let directories = own.map { [$0] } ?? Self.systemDirectories
        var folderFound = false
        for directory in directories where unsafe access(directory, R_OK | X_OK) == 0 {
            folderFound = true
            guard let bytes = Self.read("\(directory)/\(identifier)") else { continue }
            try self.init(identifier: identifier, tzif: bytes)
            return
        }
        guard folderFound else {
            throw TimeZoneError(
                .noZoneFiles,
                identifier,
                "The time zone \(shown) cannot be looked up: no zone files are in \(directories.joined(separator: ", ")). "
                    + "Install the package tzdata, set TZDIR to a folder of zone files, or use UTC."
            )
        }
        throw TimeZoneError(
            .unknownZone,
            identifier,
            "There is no time zone \(shown) in \(own ?? "the system's zone files"). Names are written as in Europe/Berlin, "
                + "capitals included."
        )
    }

    /// Names have letters, digits and few signs, and lead to no other folder.
    private static func isPlausible(_ identifier: String) -> Bool {
        guard (1...64).contains(identifier.utf8.count) else { return false }
        for part in identifier.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let first = part.first, first != UInt8(ascii: "."), first != UInt8(ascii: "-") else { return false }
            for byte in part {
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2E, 0x5F: continue
                default: return false
                }
            }
        }
        return true
    }

    private static func read(_ path: String) -> [UInt8]? {
        // A pipe or device would block.
        guard let file = try? OpenFile(path, flags: O_RDONLY | O_NONBLOCK), (try? file.isRegular()) == true else {
            return nil
        }
        return try? file.read(sizeLimit + 1, at: 0)
    }
}

extension IANATimeZone: TextParsable {
    /// What is expected.
    public static var expectedText: String { "a time zone of the IANA database, such as Europe/Berlin or UTC" }

    /// Finds a zone by name.
    /// - Throws: `TextParsingError`; ``init(_:environment:)`` throws one that knows more.
    public init(parsing text: String) throws(TextParsingError) {
        do throws(TimeZoneError) {
            try self.init(text)
        } catch {
            throw switch error.code {
            case .noZoneFiles:
                TextParsingError("this machine has no zone files; install tzdata, set TZDIR, or use UTC")
            case .invalidData: TextParsingError("the file of the zone cannot be read")
            default: TextParsingError("there is no such time zone on this machine")
            }
        }
    }
}
