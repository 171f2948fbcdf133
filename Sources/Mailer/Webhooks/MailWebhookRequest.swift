import GroundworkCore

/// A webhook request as it came: the header fields that count, and the raw body.
///
/// The body must be the very bytes that came over the wire: signatures are over them, and a body that was read as JSON and
/// written again has another one.
public struct MailWebhookRequest: Sendable {
    private let fields: [String: [String]]
    /// The body, byte for byte.
    public let body: [UInt8]

    /// The longest value of a field that is looked at, in bytes.
    public static let longestValue = 4096

    /// Takes what a server's framework gives.
    /// - Parameters:
    ///   - headers: names and values, in any case and order. Only those with `svix` or `webhook` in their name are kept.
    ///   - body: the raw body.
    public init(headers: some Sequence<(name: String, value: String)>, body: [UInt8]) {
        var fields: [String: [String]] = [:]
        for header in headers where header.name.utf8.count <= 128 {
            let name = header.name.lowercasedASCII()
            guard name.firstRange(of: "svix") != nil || name.firstRange(of: "webhook") != nil else { continue }
            // Two are enough to see that it stands twice.
            guard fields[name, default: []].count < 2 else { continue }
            fields[name, default: []].append(header.value.prefix(bytes: Self.longestValue + 1))
        }
        self.fields = fields
        self.body = body
    }

    /// Takes names and values as a dictionary.
    public init(headers: [String: String], body: [UInt8]) {
        self.init(headers: headers.map { (name: $0.key, value: $0.value) }, body: body)
    }

    /// The value of a field, whose name is given in small letters.
    /// - Throws: ``MailError`` when it is missing, stands twice or is too long.
    func value(_ name: String) throws(MailError) -> String {
        guard let values = fields[name], let value = values.first?.trimmingASCIIWhitespace(), !value.isEmpty else {
            throw MailError(
                .webhookUnsigned,
                "The request has no header \(name); it does not come from the provider, or a proxy took it out."
            )
        }
        guard values.count == 1 else {
            throw MailError(.webhookUnsigned, "The header \(name) stands twice.")
        }
        guard value.utf8.count <= Self.longestValue, value.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            throw MailError(.webhookUnsigned, "The header \(name) is too long or has characters that it never has.")
        }
        return value
    }
}

extension MailError.Code {
    /// A webhook without the headers that sign it.
    public static let webhookUnsigned = MailError.Code("webhookUnsigned")
    /// A webhook whose signature is not the provider's.
    public static let webhookForged = MailError.Code("webhookForged")
    /// A webhook that was signed too long ago, or in the future: a copy that is sent again, or a clock that is wrong.
    public static let webhookExpired = MailError.Code("webhookExpired")
    /// A webhook that is signed, but no JSON of the provider's form.
    public static let webhookMalformed = MailError.Code("webhookMalformed")
}

extension MailError {
    /// The status with which to answer a webhook that ``MailWebhook/events(in:)`` refused with this error: 401, 413, or
    /// 400. An error of a store is answered with 503 instead, so that the provider sends the events again.
    public var webhookStatus: Int {
        switch code {
        case .webhookUnsigned, .webhookForged, .webhookExpired: 401
        case .limitExceeded: 413
        default: 400
        }
    }
}
