import HTTPTypes

/// What of a request is signed: built once, and the parts of it that travel are sent as they stand here.
///
/// Source: Signature Version 4, "Create a canonical request". As S3 demands, the path is encoded once and never
/// normalised.
package struct CanonicalRequest: Sendable {
    /// The method, such as `GET`.
    package let method: String
    /// The encoded path, such as `/bucket/a%2Bb`.
    package let path: String
    /// The encoded query, in the order in which it is signed; without `?`.
    package let query: String
    /// Names in lower case, values trimmed, in order.
    let headers: [(name: String, value: String)]
    /// The hash of the body in hexadecimal digits, or a word such as `UNSIGNED-PAYLOAD`.
    let payloadHash: String

    /// Header fields that are not signed: those that proxies change or that the transport adds.
    private static let unsigned: Set<String> = [
        "authorization", "user-agent", "accept-encoding", "connection", "expect", "content-length",
        "transfer-encoding", "x-amzn-trace-id", "te", "upgrade", "proxy-authorization",
    ]

    /// - Parameters:
    ///   - query: names and values, not encoded.
    ///   - headers: all header fields that are sent, without `Host`.
    package init(
        method: String,
        host: String,
        path: String,
        query: [(name: String, value: String)],
        headers: [(name: String, value: String)],
        payloadHash: String
    ) {
        self.method = method
        self.path = path.isEmpty ? "/" : path
        self.query = Self.encode(query)
        self.payloadHash = payloadHash
        var signed: [(name: String, value: String)] = [("host", host)]
        for (name, value) in headers {
            let name = name.lowercasedASCII()
            guard !Self.unsigned.contains(name), name != "host" else { continue }
            let value = Self.collapsed(value)
            if let index = signed.firstIndex(where: { $0.name == name }) {
                signed[index].value += ",\(value)"
            } else {
                signed.append((name, value))
            }
        }
        self.headers = signed.sorted { Self.precedes($0.name, $1.name) }
    }

    /// The names of the signed header fields, such as `host;x-amz-date`.
    package var signedHeaders: String { headers.map(\.name).joined(separator: ";") }

    /// The text whose hash is signed.
    package var text: String {
        var text = "\(method)\n\(path)\n\(query)\n"
        for (name, value) in headers { text += "\(name):\(value)\n" }
        text += "\n\(signedHeaders)\n\(payloadHash)"
        return text
    }

    /// Encodes a query and sorts it by encoded name, then value, byte by byte.
    package static func encode(_ query: [(name: String, value: String)]) -> String {
        query
            .map { (PercentEncoding.query($0.name), PercentEncoding.query($0.value)) }
            .sorted { $0.0 == $1.0 ? precedes($0.1, $1.1) : precedes($0.0, $1.0) }
            .map { "\($0.0)=\($0.1)" }
            .joined(separator: "&")
    }

    private static func precedes(_ lhs: String, _ rhs: String) -> Bool {
        lhs.utf8.lexicographicallyPrecedes(rhs.utf8)
    }

    /// Trimmed, and each run of blanks inside made one space.
    private static func collapsed(_ value: String) -> String {
        let isPlain =
            !value.utf8.contains(0x09) && !value.hasPrefix(" ") && !value.hasSuffix(" ")
            && value.firstRange(of: "  ") == nil
        if isPlain { return value }
        return value.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
    }
}
