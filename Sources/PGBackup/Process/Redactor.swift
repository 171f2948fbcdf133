import GroundworkCore

/// Takes the secrets out of texts that programs wrote.
struct Redactor: Sendable {
    private let secrets: Secret<[String]>

    init(_ secrets: [Secret<String>?]) {
        var words: [String] = []
        for secret in secrets { secret?.withValue { words.append($0) } }
        // The longest first: one may be part of another.
        self.secrets = Secret(words.filter { !$0.isEmpty }.sorted { $0.utf8.count > $1.utf8.count })
    }

    /// The text with `<redacted>` in place of each secret.
    func callAsFunction(_ text: String) -> String {
        secrets.withValue { secrets in
            var text = text
            for secret in secrets {
                var result = ""
                var rest = text[...]
                while let range = rest.firstRange(of: secret) {
                    result += rest[..<range.lowerBound] + "<redacted>"
                    rest = rest[range.upperBound...]
                }
                text = result + rest
            }
            return text
        }
    }
}
