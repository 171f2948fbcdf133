import GroundworkCore
import HTTPTypes

/// The canonical request of Signature Version 4, in the form that S3 uses: the path is encoded once and never
/// normalised.
enum CanonicalText {
    static func request(_ call: S3Call, signedHeaders: [String], payload: String) -> String {
        let lines = [
            call.method.rawValue,
            path(call.path),
            query(call.query),
            headers(call, signedHeaders),
            signedHeaders.joined(separator: ";"),
            payload,
        ]
        return lines.joined(separator: "\n")
    }

    private static func path(_ raw: String) -> String {
        PercentText.decode(raw).map { PercentText.encode($0, keepingSlash: true) } ?? raw
    }

    private static func query(_ query: S3Query) -> String {
        let pairs = query.items.filter { $0.name != "X-Amz-Signature" }.map {
            (name: PercentText.encode($0.name.utf8), value: PercentText.encode($0.value.utf8))
        }
        // Both are ASCII now, so that the order of Swift's strings is that of the bytes.
        return pairs.sorted { ($0.name, $0.value) < ($1.name, $1.value) }.map { "\($0.name)=\($0.value)" }
            .joined(separator: "&")
    }

    /// One line a header, each with a line feed, so that an empty line follows.
    private static func headers(_ call: S3Call, _ names: [String]) -> String {
        names.map { name in
            let values =
                name == "host"
                ? [call.host] : HTTPField.Name(name).map { call.headers[values: $0] } ?? []
            return "\(name):\(values.map(collapsed).joined(separator: ","))\n"
        }.joined()
    }

    private static func collapsed(_ value: String) -> String {
        value.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ").trimmingASCIIWhitespace()
    }
}
