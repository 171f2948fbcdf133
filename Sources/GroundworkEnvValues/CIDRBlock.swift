public import GroundworkBase
public import GroundworkEnvModel

/// A block of addresses, such as `10.0.0.0/8` or `2001:db8::/32` (RFC 4632, RFC 4291 section 2.3).
///
/// Bits beyond the prefix must be zero: `10.0.0.1/8` is mostly a slip and is refused. A bare address is a block of one.
public struct CIDRBlock: EnvValue, TextParsable, LosslessStringConvertible, Hashable {
    /// The first address.
    public let address: IPAddress
    /// The number of leading bits that all addresses share.
    public let prefixLength: Int

    /// "a block of addresses such as 10.0.0.0/8".
    public static let expectedText = "a block of addresses such as 10.0.0.0/8 or 2001:db8::/32"

    /// `CIDR block`.
    public static var envType: EnvTypeDescription {
        EnvTypeDescription(name: "CIDR block", expected: expectedText, example: "10.0.0.0/8")
    }

    /// None.
    public static var envLimitFields: Set<EnvLimits.Field> { [] }

    /// Reads a block; nil when it is none.
    public init?(_ description: String) {
        guard let block = try? CIDRBlock(parsing: description) else { return nil }
        self = block
    }

    /// Reads a block.
    public init(parsing text: String) throws(TextParsingError) {
        let parts = text.fields(separatedBy: "/")
        guard let head = parts.first, parts.count <= 2 else { throw TextParsingError("it has two slashes") }
        address = try IPAddress(parsing: head)
        guard parts.count == 2 else {
            prefixLength = address.family.bits
            return
        }
        guard parts[1] == "0" || parts[1].utf8.first != 0x30,
            let length = ASCIIText.decimal(parts[1], maximum: address.family.bits)
        else { throw TextParsingError("its prefix is not a number from 0 to \(address.family.bits)") }
        prefixLength = length
        for (index, byte) in address.bytes.enumerated() where byte & ~Self.mask(length, index) != 0 {
            throw TextParsingError("bits are set beyond its prefix; write the first address of the block")
        }
    }

    /// The bits of byte `index` that belong to the prefix.
    private static func mask(_ length: Int, _ index: Int) -> UInt8 {
        let bits = min(max(length - index * 8, 0), 8)
        return UInt8(truncatingIfNeeded: 0xFF00 >> bits)
    }

    /// Whether an address of the same family lies in the block.
    public func contains(_ other: IPAddress) -> Bool {
        guard other.family == address.family else { return false }
        return zip(address.bytes, other.bytes).enumerated().allSatisfy { index, pair in
            (pair.0 ^ pair.1) & Self.mask(prefixLength, index) == 0
        }
    }

    /// The address and the length of the prefix.
    public var description: String { "\(address)/\(prefixLength)" }
}
