/// A media type such as `application/pdf` or `text/plain; charset=utf-8` (RFC 2045, section 5.1).
public struct MailContentType: Sendable, Hashable, CustomStringConvertible {
    /// A parameter: a token as its name, printable ASCII as its value.
    public struct Parameter: Sendable, Hashable {
        /// The parameter's name, in lower case.
        public let name: String
        /// The parameter's value, without quotes.
        public let value: String
    }

    /// The part before the slash, in lower case.
    public let type: String
    /// The part behind the slash, in lower case.
    public let subtype: String
    /// The parameters; `name`, `boundary` and `charset` of multiparts are the composer's.
    public let parameters: [Parameter]

    /// Reads `type/subtype`, with parameters if there are some. The charset of a text is kept as the sender names it.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidAttachment`` for anything else, for more than eight parameters,
    ///   and for `multipart/…`, which only the composer writes.
    public init(_ text: String) throws(MailError) {
        guard let parsed = ContentTypeReader.read(text) else {
            throw MailError(
                .invalidAttachment,
                "A content type has the form type/subtype, as application/pdf, with ; name=value behind it if need be."
            )
        }
        guard parsed.type != "multipart" else {
            throw MailError(.invalidAttachment, "A part cannot be multipart; attach what it holds, or message/rfc822.")
        }
        self = parsed
    }

    init(type: String, subtype: String, parameters: [Parameter] = []) {
        self.type = type
        self.subtype = subtype
        self.parameters = parameters
    }

    /// `type/subtype`.
    public var essence: String { "\(type)/\(subtype)" }

    /// The type with its parameters.
    public var description: String {
        parameters.reduce(essence) { text, parameter in
            let isToken = parameter.value.utf8.allSatisfy(ContentTypeReader.isToken) && !parameter.value.isEmpty
            return "\(text); \(parameter.name)=\(isToken ? parameter.value : QuotedText.quoted(parameter.value))"
        }
    }

    /// `application/octet-stream`: bytes of which nothing is known.
    public static let bytes = MailContentType(type: "application", subtype: "octet-stream")
    /// `application/pdf`.
    public static let pdf = MailContentType(type: "application", subtype: "pdf")
    /// `image/png`.
    public static let png = MailContentType(type: "image", subtype: "png")
    /// `image/jpeg`.
    public static let jpeg = MailContentType(type: "image", subtype: "jpeg")
    /// `image/gif`.
    public static let gif = MailContentType(type: "image", subtype: "gif")
    /// `application/zip`.
    public static let zip = MailContentType(type: "application", subtype: "zip")
    /// `text/csv; charset=utf-8`.
    public static let csv = MailContentType(
        type: "text",
        subtype: "csv",
        parameters: [.init(name: "charset", value: "utf-8")]
    )
    /// `text/plain; charset=utf-8`.
    public static let plainText = MailContentType(
        type: "text",
        subtype: "plain",
        parameters: [.init(name: "charset", value: "utf-8")]
    )
}

/// Reads content types.
enum ContentTypeReader {
    /// `token` of RFC 2045, section 5.1.
    static func isToken(_ byte: UInt8) -> Bool {
        byte.isAlphanumeric
            || [0x21, 0x23, 0x24, 0x25, 0x26, 0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E, 0x5F, 0x60, 0x7B, 0x7C, 0x7D, 0x7E]
                .contains(byte)
    }

    static func read(_ text: String) -> MailContentType? {
        guard text.utf8.count <= 512, text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return nil }
        var scanner = AddressScanner(text)
        guard let type = token(&scanner), scanner.take(0x2F), let subtype = token(&scanner) else { return nil }
        var parameters: [MailContentType.Parameter] = []
        skipSpace(&scanner)
        while scanner.take(0x3B) {
            skipSpace(&scanner)
            guard parameters.count < 8, let name = token(&scanner), scanner.take(0x3D) else { return nil }
            let value: String
            if scanner.current == 0x22 {
                guard let quoted = try? scanner.quotedString() else { return nil }
                value = String(decoding: quoted, as: UTF8.self)
            } else {
                guard let plain = token(&scanner) else { return nil }
                value = plain
            }
            guard value.utf8.count <= 70, !parameters.contains(where: { $0.name == name.lowercasedASCII() }) else {
                return nil
            }
            parameters.append(.init(name: name.lowercasedASCII(), value: value))
            skipSpace(&scanner)
        }
        guard scanner.isAtEnd, type.utf8.count <= 64, subtype.utf8.count <= 127 else { return nil }
        return MailContentType(type: type.lowercasedASCII(), subtype: subtype.lowercasedASCII(), parameters: parameters)
    }

    private static func skipSpace(_ scanner: inout AddressScanner) { while scanner.take(0x20) {} }

    private static func token(_ scanner: inout AddressScanner) -> String? {
        let start = scanner.position
        while let byte = scanner.current, isToken(byte) { scanner.position += 1 }
        return start == scanner.position
            ? nil : String(decoding: scanner.bytes[start..<scanner.position], as: UTF8.self)
    }
}
