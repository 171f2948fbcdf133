import FoundationEssentials
import GroundworkCore

/// The field `DKIM-Signature` (RFC 6376, section 3.5). Every tag comes from a type that cannot hold a semicolon, or from names
/// of fields among which the signer lets none through.
struct DKIMSignatureField {
    private var writer = HeaderWriter()

    /// The field up to and with `b=`, without a signature yet.
    init(signer: DKIMSigner, key: DKIMSigner.Key, names: [String], bodyHash: [UInt8], now: Date) {
        writer.begin("DKIM-Signature")
        writer.word("v=1;")
        writer.word("a=\(key.key.algorithm.rawValue);")
        writer.word("c=\(signer.headerCanonicalization.rawValue)/\(signer.bodyCanonicalization.rawValue);")
        writer.word("d=\(signer.domain.wireText);")
        writer.word("s=\(key.selector.rawValue);")
        let seconds = Int(max(0, now.timeIntervalSince1970.rounded(.down)))
        writer.word("t=\(seconds);")
        if let lifetime = signer.lifetime {
            writer.word("x=\(seconds + Int(clamping: max(1, min(lifetime.components.seconds, 1 << 40))));")
        }
        if let identity = signer.identity { writer.word("i=\(Self.quotedPrintable(identity));") }
        for (index, name) in names.enumerated() {
            let end = index == names.count - 1 ? ";" : ":"
            if index == 0 {
                writer.word("h=\(name)\(end)")
            } else {
                // A fold between names is allowed; a space is written only there.
                if writer.column + name.utf8.count + 1 > HeaderWriter.lineLength { writer.fold() }
                writer.append(name)
                writer.append(end)
            }
        }
        let hash = Base64Lines.unbroken(bodyHash)
        writer.space(before: hash.count + 4)
        writer.append("bh=")
        writer.append(hash[...])
        writer.append(";")
        writer.word("b=")
    }

    /// The field so far.
    var bytes: [UInt8] { writer.output }

    /// Appends the signature and ends the field.
    mutating func append(signature: [UInt8]) {
        let text = Base64Lines.unbroken(signature)
        var start = 0
        while start < text.count {
            let end = min(text.count, start + max(8, HeaderWriter.lineLength - writer.column))
            writer.append(text[start..<end])
            start = end
            if start < text.count { writer.fold() }
        }
        writer.end()
    }

    /// `dkim-quoted-printable` (section 2.11): what is not plainly harmless is encoded.
    private static func quotedPrintable(_ address: EnvelopeAddress) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in address.wireText.utf8 {
            if byte.isAlphanumeric || [0x2D, 0x2E, 0x5F, 0x2B, 0x40].contains(byte) {
                result.append(byte)
            } else {
                result += [0x3D, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension HeaderWriter {
    /// A new line, which begins with a space.
    mutating func fold() {
        end()
        append(" ")
    }
}
