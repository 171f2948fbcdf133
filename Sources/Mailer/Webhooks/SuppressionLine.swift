import FoundationEssentials
import GroundworkCore

/// One line of a ``FileSuppressionStore``: an entry, or that an address was released.
enum SuppressionLine: Sendable {
    case entry(Suppression)
    case release(EnvelopeAddress)

    /// The longest note that is written, in bytes.
    static let longestDetail = 1024
    /// The longest line, in bytes.
    static let longestLine = 16 << 10

    /// The line with its end: a JSON object, so that people and other programs can read it.
    var bytes: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            switch self {
            case .entry(let suppression):
                json.member("address", suppression.address.wireText)
                json.member("reason", suppression.reason.rawValue.prefix(bytes: 128))
                json.member("date", UTCDateTime(suppression.date).rfc3339Milliseconds)
                if !suppression.detail.isEmpty {
                    json.member("detail", suppression.detail.prefix(bytes: Self.longestDetail))
                }
            case .release(let address):
                json.member("address", address.wireText)
                json.member("released") { $0.bool(true) }
            }
        }
        return (json.bytesInMemory ?? []) + [0x0A]
    }

    /// Reads a line without its end; nil when it is none.
    init?(_ line: [UInt8]) {
        guard line.count <= Self.longestLine, let json = try? JSONValue(parsing: line),
            let text = json["address"]?.string, let address = try? EnvelopeAddress(text)
        else { return nil }
        if json["released"]?.isTrue == true {
            self = .release(address)
            return
        }
        guard let reason = json["reason"]?.string,
            let date = json["date"]?.string.flatMap({ UTCDateTime(iso8601: $0)?.date })
        else { return nil }
        self = .entry(
            Suppression(
                address: address,
                reason: Suppression.Reason(reason),
                date: date,
                detail: json["detail"]?.string ?? ""
            )
        )
    }
}
