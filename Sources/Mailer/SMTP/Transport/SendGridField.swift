/// The field `X-SMTPAPI` in which SendGrid's SMTP server takes wishes for one mail: a JSON object, whose `filters` turn
/// tracking off.
enum SendGridField {
    static let name = "X-SMTPAPI"

    /// The field's value for a mail that has none of its own; nil when nothing is to be turned off.
    static func value(_ wanted: MailTracking) -> String? {
        let filters = filters(wanted).map { "\"\($0)\":{\"settings\":{\"enable\":0}}" }
        return filters.isEmpty ? nil : "{\"filters\":{\(filters.joined(separator: ","))}}"
    }

    /// The mail with what is to be turned off in a field of its own; the rest of that field stays.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidHeader`` when the field has no place for it.
    static func completing(_ mail: OutgoingMail) throws(MailError) -> OutgoingMail {
        let filters = filters(mail.message.tracking)
        let places = mail.message.headers.indices.filter {
            mail.message.headers[$0].name.canonical == name.lowercased()
        }
        guard !filters.isEmpty, let place = places.first else { return mail }
        guard places.count == 1 else { throw fault("stands \(places.count) times: join them in one") }
        let own = mail.message.headers[place]
        let value: JSONValue
        do throws(JSONFault) {
            value = try JSONValue(parsing: Array(own.value.text.utf8))
        } catch {
            throw fault("is no JSON (\(error)): mend it")
        }
        guard let fields = value.members else { throw fault("is no JSON object: make it one") }
        guard let completed = turningOff(filters, in: fields) else {
            throw fault("has \"filters\" that are no object: mend them")
        }
        guard let text = try? HeaderValue(JSONValue.object(completed).asciiText) else {
            throw fault("would be longer than \(HeaderValue.maximumLength) bytes: shorten it")
        }
        var result = mail
        result.message.headers[place] = try MailHeader(own.name, text)
        return result
    }

    private static func filters(_ wanted: MailTracking) -> [String] {
        [wanted.clicks == false ? "clicktrack" : nil, wanted.opens == false ? "opentrack" : nil].compactMap { $0 }
    }

    private static func turningOff(_ filters: [String], in fields: [String: JSONValue]) -> [String: JSONValue]? {
        var all: [String: JSONValue] = [:]
        switch fields["filters"] {
        case nil, .null: break
        case .object(let members): all = members
        default: return nil
        }
        for name in filters {
            var filter = all[name]?.members ?? [:]
            var settings = filter["settings"]?.members ?? [:]
            settings["enable"] = .number("0")
            filter["settings"] = .object(settings)
            all[name] = .object(filter)
        }
        var result = fields
        result["filters"] = .object(all)
        return result
    }

    private static func fault(_ what: String) -> MailError {
        MailError(
            .invalidHeader,
            "The mail's own header \(name) \(what), or leave the field out. The mail must not be tracked, which is said there."
        )
    }
}

extension JSONValue {
    fileprivate var members: [String: JSONValue]? { if case .object(let members) = self { members } else { nil } }

    /// The value for a header field: in ASCII, members in the order of their names, with a space behind each comma and colon,
    /// where a line may be folded, and nothing in its texts that a fold or a reader of encoded words would change.
    fileprivate var asciiText: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .number(let text): text
        case .string(let text): Self.quoted(text)
        case .array(let elements): "[\(elements.map(\.asciiText).joined(separator: ", "))]"
        case .object(let members):
            "{\(members.sorted { $0.key < $1.key }.map(Self.member).joined(separator: ", "))}"
        }
    }

    private static func member(_ name: String, _ value: JSONValue) -> String { "\(quoted(name)): \(value.asciiText)" }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        var last: UInt16 = 0
        for unit in text.utf16 {
            switch unit {
            case 0x22, 0x5C: result += unit == 0x22 ? "\\\"" : "\\\\"
            // The second of two spaces, and the question mark of `=?`.
            case 0x20 where last == 0x20, 0x3F where last == 0x3D: result += escape(unit)
            case 0x20...0x7E: result.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            default: result += escape(unit)
            }
            last = unit
        }
        return result + "\""
    }

    private static func escape(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
