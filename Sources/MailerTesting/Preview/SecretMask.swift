/// Puts a placeholder in the place of secrets.
struct SecretMask {
    /// Texts that are hidden wherever they stand.
    private var secrets: [String] = []
    /// Whether the values of links' queries are hidden.
    private let hidesQueries: Bool

    /// A secret of fewer bytes is hidden in links only: elsewhere it would be found in innocent words.
    private static let shortest = 8

    init(_ template: (any MailTemplate)?, _ message: MailMessage) {
        hidesQueries = template?.holdsSecrets == true || (message.tracking.clicks == false)
        for secret in template?.identity ?? [] {
            secret.withValue { value in
                guard value.utf8.count >= Self.shortest else { return }
                secrets += [Self.encoded(value), HTML.escaped(value), value]
            }
        }
    }

    /// The text without the secrets.
    func masked(_ text: String) -> String {
        var result = text
        for secret in secrets { result = result.replacing(secret, with: MailPreview.placeholder) }
        return hidesQueries ? Self.maskingQueries(result) : result
    }

    /// `https://…?token=abc` becomes `https://…?token=TOKEN`.
    private static func maskingQueries(_ text: String) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count)
        var place = Place.outside
        let scheme = Array("https://".utf8)
        for byte in text.utf8 {
            if !isURLByte(byte) { place = .outside }
            switch (place, byte) {
            case (.path, 0x3F), (.value, 0x26): place = .name
            case (.name, 0x3D):
                place = .value
                result.append(byte)
                result += MailPreview.placeholder.utf8
                continue
            default: break
            }
            // In HTML `&` is `&amp;`: what follows it is a name as well.
            if place != .value { result.append(byte) }
            if place == .outside, result.count >= 8, result.suffix(8).elementsEqual(scheme) { place = .path }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private enum Place { case outside, path, name, value }

    private static func isURLByte(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && ![0x22, 0x27, 0x3C, 0x3E].contains(byte)
    }

    private static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: result.append(byte)
            default: result += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
