import GroundworkCore

/// A version of PostgreSQL: 15.18, or 9.6.24 in the numbering before 10.
public struct PostgresVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The number as `server_version_num` has it: 150018, 90624.
    public let number: Int

    /// Makes a version from `server_version_num`.
    public init(number: Int) { self.number = number }

    /// Reads the version out of `pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` or `15.18` or `19beta1`.
    public init?(text: String) {
        let words = text.split { $0.isWhitespace }
        for word in words {
            let digits = word.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            let parts = digits.split(separator: ".").map { Int($0) ?? -1 }
            guard let major = parts.first, (7...999).contains(major), parts.allSatisfy({ (0...999).contains($0) })
            else { continue }
            if major >= 10 {
                number = major * 10_000 + (parts.count > 1 ? parts[1] : 0)
            } else {
                guard parts.count > 1 else { continue }
                number = major * 10_000 + parts[1] * 100 + (parts.count > 2 ? parts[2] : 0)
            }
            return
        }
        return nil
    }

    /// The first part of the number: 15, and 9 for 9.6.
    public var major: Int { number / 10_000 }

    /// What releases that can take each other's place share, in order: 906 for 9.6, 1500 for 15.
    var branch: Int { number >= 100_000 ? number / 10_000 * 100 : number / 100 }

    /// The release within the major version.
    public var minor: Int { number >= 100_000 ? number % 10_000 : number % 100 }

    /// The major version as it is written: `15`, `9.6`.
    public var majorText: String { number >= 100_000 ? "\(major)" : "\(number / 10_000).\(number / 100 % 100)" }

    /// `15.18`.
    public var description: String { "\(majorText).\(minor)" }

    /// By number.
    public static func < (lhs: PostgresVersion, rhs: PostgresVersion) -> Bool { lhs.number < rhs.number }
}
