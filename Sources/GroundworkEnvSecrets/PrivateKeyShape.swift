import GroundworkBase

/// What a DER sequence is, as far as its outer structure tells: no arithmetic, no OpenSSL.
///
/// Sources: RFC 5958 (PKCS#8), RFC 5915 (EC keys), RFC 8017 (RSA keys), RFC 5280 (public keys, certificates).
package enum PrivateKeyShape: Hashable {
    /// A P-256 key in PKCS#8, as Apple's `.p8` files hold.
    case p256
    /// Another EC key, or one outside of PKCS#8.
    case otherEC(String)
    /// An RSA key and the bits of its modulus.
    case rsa(bits: Int)
    /// An Edwards or Montgomery key (RFC 8410).
    case edwards
    case encrypted
    case publicKey
    case certificate
    case unknown

    package init(_ der: [UInt8]) {
        var outer = DERReader(der[...])
        guard var body = outer.sequence(), outer.isAtEnd else {
            self = .unknown
            return
        }
        self = Self.pkcs8(body) ?? Self.sec1(body, curve: nil) ?? Self.pkcs1(body) ?? Self.others(&body)
    }

    private static let ecPublicKey: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]
    private static let prime256v1: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
    private static let rsaEncryption: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]
    private static let pkcs5: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05]

    /// `INTEGER 0 or 1, SEQUENCE { OID, … }, OCTET STRING`.
    private static func pkcs8(_ body: DERReader) -> PrivateKeyShape? {
        var body = body
        guard let version = body.integer(), version == [0] || version == [1], var algorithm = body.sequence(),
            let name = algorithm.value(0x06), let key = body.value(0x04)
        else { return nil }
        if name.elementsEqual(ecPublicKey) {
            var inner = DERReader(key)
            guard let fields = inner.sequence(), inner.isAtEnd else { return .unknown }
            guard let curve = algorithm.value(0x06), curve.elementsEqual(prime256v1) else {
                return .otherEC("on another curve than P-256")
            }
            guard case .otherEC? = sec1(fields, curve: 32) else { return .unknown }
            return .p256
        }
        if name.elementsEqual(rsaEncryption) {
            var inner = DERReader(key)
            return inner.sequence().flatMap { pkcs1($0) } ?? .unknown
        }
        if name.starts(with: [0x2B, 0x65]) { return .edwards }
        return .unknown
    }

    /// `INTEGER 1, OCTET STRING, …`; the length of the octets is checked when the curve is known.
    private static func sec1(_ body: DERReader, curve: Int?) -> PrivateKeyShape? {
        var body = body
        guard body.integer() == [1], let key = body.value(0x04), key.contains(where: { $0 != 0 }) else { return nil }
        if let curve, key.count != curve { return nil }
        return .otherEC("in the older form of RFC 5915")
    }

    /// `INTEGER 0, INTEGER modulus, …`.
    private static func pkcs1(_ body: DERReader) -> PrivateKeyShape? {
        var body = body
        guard body.integer() == [0], let modulus = body.integer(), modulus.count > 16, body.integer() != nil else {
            return nil
        }
        let significant = modulus.drop { $0 == 0 }
        let top = significant.first.map { 8 - $0.leadingZeroBitCount } ?? 0
        return .rsa(bits: max(0, significant.count - 1) * 8 + top)
    }

    private static func others(_ body: inout DERReader) -> PrivateKeyShape {
        guard var first = body.sequence() else { return .unknown }
        if let name = first.value(0x06) {
            if name.starts(with: pkcs5) { return .encrypted }
            return body.value(0x03) != nil ? .publicKey : .unknown
        }
        // A certificate: the part that is signed, the algorithm, the signature.
        return body.sequence() != nil && body.value(0x03) != nil ? .certificate : .unknown
    }
}

/// Reads tags and lengths (ITU-T X.690, sections 8.1.2 and 8.1.3), short tags and definite lengths only.
struct DERReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    /// The contents of the next element when it has the tag; else nothing is read.
    mutating func value(_ tag: UInt8) -> ArraySlice<UInt8>? {
        guard rest.first == tag, rest.count >= 2 else { return nil }
        let bytes = rest.dropFirst()
        guard let first = bytes.first else { return nil }
        var length = Int(first)
        var header = 1
        if first >= 0x80 {
            let width = Int(first & 0x7F)
            guard (1...4).contains(width), bytes.count > width else { return nil }
            length = bytes.dropFirst().prefix(width).reduce(0) { $0 << 8 | Int($1) }
            header += width
        }
        guard bytes.count - header >= length else { return nil }
        let value = bytes.dropFirst(header).prefix(length)
        rest = bytes.dropFirst(header + length)
        return value
    }

    mutating func sequence() -> DERReader? { value(0x30).map { DERReader($0) } }

    mutating func integer() -> [UInt8]? { value(0x02).map { Array($0) } }
}
