import FoundationEssentials
import GroundworkCore

/// The field `DKIM-Signature` (RFC 6376, section 3.5). Every tag comes from a type that cannot hold a semicolon.
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
            let isLast = index == names.count - 1
            let text = "\(index == 0 ? "h=" : "")\(name)\(isLast ? ";" : ":")"
            if index == 0 {
                writer.word(text)
            } else {
                // A fold between names is allowed; a space is written only there.
                writer.piece(text)
            }
        }
        writer.word("bh=\(Base64.encode(bodyHash));")
        writer.word("b=")
    }

    /// The field so far.
    var bytes: [UInt8] { writer.output }

    /// Appends the signature and ends the field.
    mutating func append(signature: [UInt8]) {
        var rest = Base64.encode(signature)[...]
        while !rest.isEmpty {
            let room = max(8, HeaderWriter.lineLength - writer.column)
            let piece = rest.prefix(room)
            writer.append(String(piece))
            rest = rest.dropFirst(piece.count)
            if !rest.isEmpty { writer.fold() }
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

    /// Text right behind what was there, or on a new line if there is no room for it.
    mutating func piece(_ text: String) {
        if column + text.utf8.count > Self.lineLength { fold() }
        append(text)
    }
}
