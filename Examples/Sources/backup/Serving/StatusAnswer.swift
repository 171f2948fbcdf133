import PGBackup

/// What the status server says: one database as it is, several side by side.
struct StatusAnswer: Sendable {
    var status: Int
    var type: String
    var body: String

    private static let text = "text/plain; charset=utf-8"

    init(_ path: String, _ answer: HealthBoard.Answer) { (status, type, body) = Self.parts(path, answer) }

    private static func parts(_ path: String, _ answer: HealthBoard.Answer) -> (Int, String, String) {
        let isPage = path.hasPrefix("/") && path.dropFirst().allSatisfy(\.isNumber)
        guard isPage || ["/health", "/metrics", "/status.json"].contains(path) else {
            return (404, text, "There is /health, /metrics, /status.json and /.\n")
        }
        let all: [BackupHealth]
        switch answer {
        case .health(let found): all = found
        case .unknown(let sentence): return (503, text, "not ok: \(sentence)\n")
        }
        switch path {
        case "/health":
            let lines = all.map { all.count == 1 ? $0.healthText : "\($0.database ?? "?"): \($0.healthText)" }
            return (all.allSatisfy(\.isHealthy) ? 200 : 503, text, lines.joined())
        case "/metrics":
            return (200, "text/plain; version=0.0.4; charset=utf-8", metrics(all.map(\.prometheusText)))
        case "/status.json":
            let parts = all.map { String(decoding: $0.json, as: UTF8.self) }
            return (200, "application/json", parts.count == 1 ? parts[0] : "[\(parts.joined(separator: ","))]\n")
        default:
            let number = Int(path.dropFirst()) ?? (all.count == 1 ? 1 : 0)
            guard number > 0 else { return (200, "text/html; charset=utf-8", index(all)) }
            guard number <= all.count else { return (404, text, "There is no such database.\n") }
            return (200, "text/html; charset=utf-8", all[number - 1].statusPage)
        }
    }

    /// One after the other, with the lines of a metric together and its head once, as Prometheus asks for.
    static func metrics(_ texts: [String]) -> String {
        var order: [Substring] = []
        var heads: [Substring: [Substring]] = [:]
        var values: [Substring: [Substring]] = [:]
        for text in texts {
            var seen: Set<Substring> = []
            for line in text.split(separator: "\n") {
                let name = line.hasPrefix("# ") ? line.split(separator: " ")[2] : line.prefix { $0 != "{" && $0 != " " }
                if heads[name] == nil {
                    order.append(name)
                    heads[name] = []
                    seen.insert(name)
                }
                if !line.hasPrefix("# ") {
                    values[name, default: []].append(line)
                } else if seen.contains(name) {
                    heads[name]?.append(line)
                }
            }
        }
        return order.flatMap { (heads[$0] ?? []) + (values[$0] ?? []) }.map { "\($0)\n" }.joined()
    }

    /// A page that leads to those of the databases.
    private static func index(_ all: [BackupHealth]) -> String {
        let rows = all.enumerated().map { index, health in
            "<li><a href=\"/\(index + 1)\">\(escaped(health.database ?? "?"))</a>: \(health.isHealthy ? "ok" : "<b>not ok</b>")"
                + " &ndash; \(escaped(health.sentence))</li>"
        }
        return "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
            + "content=\"width=device-width\"><title>Backups</title><style>:root{color-scheme:light dark}body{font:1rem/1.5 "
            + "system-ui;margin:2rem auto;max-width:50rem;padding:0 1rem}</style><h1>Backups</h1><ul>\(rows.joined())</ul></html>\n"
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
