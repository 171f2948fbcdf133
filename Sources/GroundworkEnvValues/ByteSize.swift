public import GroundworkBase
public import GroundworkEnvModel

/// A number of bytes: `10MB` is decimal (10,000,000), `10MiB` binary (10,485,760), `512` and `512B` are plain bytes.
///
/// Units: `B`, `kB` or `KB`, `MB`, `GB`, `TB`, `PB`, and `KiB`, `MiB`, `GiB`, `TiB`, `PiB` (IEC 80000-13). A fraction
/// is allowed when whole bytes come out of it, and one blank before the unit. `10M`, `10mb` and the like are refused:
/// programs disagree about them. The range of ``EnvLimits`` is in bytes.
public struct ByteSize: EnvValue, TextParsable, LosslessStringConvertible, Hashable, Comparable {
    /// The number of bytes, never negative.
    public let bytes: Int64

    /// "a size such as 10MB, 10MiB or 4096".
    public static let expectedText = "a size such as 10MB (decimal), 10MiB (binary) or 4096"

    /// `size`.
    public static var envType: EnvTypeDescription {
        EnvTypeDescription(name: "size", expected: expectedText, example: "10MiB")
    }

    /// The range in bytes.
    public static var envLimitFields: Set<EnvLimits.Field> { [.minimum, .maximum] }

    /// A number of bytes; nil when it is negative.
    public init?(bytes: Int64) {
        guard bytes >= 0 else { return nil }
        self.bytes = bytes
    }

    /// Reads a size; nil when it is none.
    public init?(_ description: String) {
        guard let size = try? ByteSize(parsing: description) else { return nil }
        self = size
    }

    /// Reads a size.
    public init(parsing text: String) throws(TextParsingError) {
        guard let first = text.utf8.first else { throw TextParsingError("it is empty") }
        guard first != UInt8(ascii: "-") else { throw TextParsingError("it is negative or no size") }
        let digits = text.utf8.prefix { (0x30...0x39).contains($0) || $0 == 0x2E }
        let parts = String(Substring(digits)).fields(separatedBy: ".")
        guard (1...2).contains(parts.count), parts.allSatisfy({ (1...18).contains($0.utf8.count) }) else {
            throw TextParsingError("it does not begin with a number")
        }
        var unit = text.utf8[digits.endIndex...]
        if unit.first == 0x20, unit.count > 1 { unit = unit.dropFirst() }
        let name = String(decoding: unit, as: UTF8.self)
        guard let factor = name.isEmpty ? 1 : Self.units.first(where: { $0.name == name })?.bytes else {
            throw TextParsingError("its unit is none of B, kB, MB, GB, TB, PB, KiB, MiB, GiB, TiB, PiB")
        }
        var total = Int128(0)
        var scale = Int128(1)
        for (index, part) in parts.enumerated() {
            for byte in part.utf8 {
                total = total * 10 + Int128(byte - 0x30)
                if index == 1 { scale *= 10 }
            }
        }
        // 36 digits times 2^50 would leave 128 bits.
        let (product, isTooLarge) = total.multipliedReportingOverflow(by: Int128(factor))
        guard !isTooLarge, product / scale <= Int128(Int64.max) else { throw TextParsingError("it is too large") }
        guard product % scale == 0 else { throw TextParsingError("it is no whole number of bytes") }
        bytes = Int64(product / scale)
    }

    /// Reads a size and checks its range.
    public static func parse(envText text: String, limits: EnvLimits) throws(TextParsingError) -> ByteSize {
        let size = try ByteSize(parsing: text)
        try limits.check(number: Double(size.bytes), unit: " bytes")
        return size
    }

    /// The largest unit that needs no fraction: `10MiB`, `10MB`, `4097B`.
    public var description: String {
        let unit = Self.units.filter { bytes > 0 && bytes % $0.bytes == 0 }.max { $0.bytes < $1.bytes }
        guard let unit else { return "0B" }
        return "\(bytes / unit.bytes)\(unit.name)"
    }

    /// Fewer bytes.
    public static func < (lhs: ByteSize, rhs: ByteSize) -> Bool { lhs.bytes < rhs.bytes }

    private static let units: [(name: String, bytes: Int64)] = [
        ("B", 1), ("kB", 1000), ("KB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
        ("PB", 1_000_000_000_000_000), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
        ("PiB", 1 << 50),
    ]
}
